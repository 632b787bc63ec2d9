import type { LabelSelector, Requirement } from '../selector.ts';

/** Where a label stands that a decision turns on. */
export type Scope = 'namespace' | 'pod';

/** A label that a webhook wants to see. */
export interface WantedLabel {
  readonly scope: Scope;
  readonly key: string;
  /** `undefined`: any value does. */
  readonly value: string | undefined;
}

/** The one thing that decides whether a pod gets a sidecar. */
export type InjectionRule =
  /** A label asks for it. */
  | { readonly kind: 'label'; readonly scope: Scope; readonly key: string; readonly value: string }
  /** The webhook takes every pod that no label keeps out. */
  | { readonly kind: 'by-default' }
  /** A label keeps the pod out. */
  | { readonly kind: 'opted-out'; readonly scope: Scope; readonly key: string; readonly value: string }
  /** A label asks for a revision (`istio-injection=enabled`: the default one) that this webhook does not stand for. */
  | {
      readonly kind: 'other-revision';
      readonly scope: Scope;
      readonly key: string;
      readonly value: string;
      readonly revision: string;
    }
  /** None of the labels that the webhook wants is there; any one of them would do. */
  | { readonly kind: 'not-asked'; readonly wanted: readonly WantedLabel[] }
  /** Its selectors are set so that they never match. */
  | { readonly kind: 'deactivated' }
  /** The webhook is called, but the injector passes such pods by. */
  | { readonly kind: 'host-network' }
  | { readonly kind: 'system-namespace' }
  | { readonly kind: 'inject-value'; readonly on: 'label' | 'annotation'; readonly value: string }
  | { readonly kind: 'never-selector'; readonly selector: LabelSelector }
  | { readonly kind: 'policy'; readonly policy: string };

/** A requirement of a webhook's selector that does not hold, and the value that stands in its way. */
export interface Hindrance {
  readonly scope: Scope;
  readonly requirement: Requirement;
  /** The label's value; `undefined` when the label is not there. */
  readonly actual: string | undefined;
}
