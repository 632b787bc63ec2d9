import { KEPT_WORDS } from './vocabulary.ts';

/** A part of a DNS label between hyphens, and whether it is (part of) somebody's name. */
export interface LabelSegment {
  readonly text: string;
  readonly isName: boolean;
}

/** What Kubernetes makes hashes and random ends of names of. Source: k8s.io/apimachinery/pkg/util/rand. */
const HASH = /^[bcdfghjklmnpqrstvwxz2456789]+$/;

/**
 * The parts of a label, so that names which are derived from each other have pseudonyms that are: versions, ordinals,
 * hashes of ReplicaSets and pods, and words that everybody knows stay. It depends on nothing but the label.
 */
export function labelSegments(label: string): readonly LabelSegment[] {
  if (KEPT_WORDS.has(label)) return [{ text: label, isName: false }];
  const parts = label.split('-');
  return parts.map((text, index) => ({ text, isName: !isNobodys(text) && !(index > 0 && isHash(text)) }));
}

function isNobodys(part: string): boolean {
  return part === '' || /^[a-z]?\d+(?:p\d+)?$/.test(part) || KEPT_WORDS.has(part);
}

function isHash(part: string): boolean {
  return (part.length === 5 || (part.length >= 8 && part.length <= 10)) && HASH.test(part);
}
