import { defineMessages } from './message.ts';

/** What a run says about itself. */
export const RUN_MESSAGES = defineMessages({
  IST0001: {
    name: 'InternalError',
    level: 'error',
    template: 'the analyzer {analyzer} failed: {problem}',
    why: 'What this analyzer checks was not checked. All other analyzers ran to their end.',
    fix: 'Report it with the resources that were read. For an analyzer of a plugin, tell its authors.',
  },
  MSH0090: {
    name: 'UnreadableDocument',
    level: 'error',
    template: '{problem}',
    why: 'The document was left out: what is wrong in it, and what others need of it, is not known.',
    fix: 'Correct the text at this place. Templates must be rendered first. --ignore-unknown takes the rest as it is.',
  },
  MSH0091: {
    name: 'SuppressionExpired',
    level: 'warning',
    template: 'the suppression of {code} on "{resource}" expired on {date}',
    why: 'It was to hold until that day only. What it hid is reported again.',
    fix: 'Correct what it hid and remove it, or give it a new date and reason.',
  },
  MSH0092: {
    name: 'SuppressionUnused',
    level: 'info',
    template: 'the suppression of {code} on "{resource}" hides nothing',
    why: 'Either what it hid was corrected, or it never matched. One that stays may hide something else later.',
    fix: 'Remove it, or correct its code or resource.',
  },
});

/** Messages that analyzers of several families report. */
export const SHARED_MESSAGES = defineMessages({
  IST0002: {
    name: 'Deprecated',
    level: 'warning',
    template: '{what} is deprecated: {instead}',
    why: 'It still works in this version and may be gone in a later one; the upgrade then changes or breaks what it did.',
    fix: 'Write what the message names in its place, and remove the deprecated field.',
  },
  IST0101: {
    name: 'ReferencedResourceNotFound',
    level: 'error',
    template: 'the {what} "{name}" that it refers to does not exist{near}',
    why: 'The part of the configuration that needs it does nothing: requests that reach it fail, or the rule never applies.',
    fix: 'Correct the name, or create what is missing. A name without a dot is looked for in the namespace of the resource itself.',
  },
  IST0106: {
    name: 'SchemaValidationError',
    level: 'error',
    template: '{problem}',
    why: 'The API server or istiod refuses a resource with this fault, or istiod drops the part that has it: it is not in force.',
    fix: 'Correct the field that the finding stands at.',
  },
  IST0130: {
    name: 'VirtualServiceUnreachableRule',
    level: 'warning',
    template: '{problem}',
    why: 'Routes are tried in order: no request comes as far as this one, so what it says never happens.',
    fix: 'Move the route before the one that takes its requests, or remove it.',
  },
  IST0131: {
    name: 'VirtualServiceIneffectiveMatch',
    level: 'info',
    template: '{problem}',
    why: 'The earlier match takes the requests of this one, so this one changes nothing.',
    fix: 'Put the narrower match first, or remove it.',
  },
  IST0133: {
    name: 'SchemaWarning',
    level: 'warning',
    template: '{problem}',
    why: 'It is accepted, but it does something else than it seems to say, or not in all versions.',
    fix: 'Write what is meant in the way that the finding names.',
  },
});
