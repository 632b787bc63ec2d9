import { defineMessages } from './message.ts';

/** What the comparison of resources with their schema reports. */
export const FIELD_MESSAGES = defineMessages({
  MSH0060: {
    name: 'UnknownField',
    level: 'error',
    template: '{problem}',
    why: 'With kubectl the API server refuses the resource; other clients lose the field without a word, and what it says never happens.',
    fix: 'Correct the name, or move the field to where it belongs; names are case-sensitive.',
  },
  MSH0061: {
    name: 'WrongType',
    level: 'error',
    template: '{problem}',
    why: 'The API server refuses the resource, and istiod can not read it.',
    fix: 'Write a value of the type that the finding names. YAML reads an unquoted 8080 as a number and yes as true or false.',
  },
  MSH0062: {
    name: 'UnknownValue',
    level: 'error',
    template: '{problem}',
    why: 'The API server refuses the resource: the field takes one of a list of names, written exactly so.',
    fix: 'Write one of the names that the field takes; they are case-sensitive.',
  },
  MSH0063: {
    name: 'ConflictingFields',
    level: 'error',
    template: '{problem}',
    why: 'The API server refuses the resource. Where it is not asked, one of the fields wins and the other does nothing.',
    fix: 'Keep the field that is meant and remove the other one.',
  },
  MSH0064: {
    name: 'MissingField',
    level: 'error',
    template: '{problem}',
    why: 'The API server refuses the resource without it.',
    fix: 'Add the field.',
  },
  MSH0065: {
    name: 'OutOfRange',
    level: 'error',
    template: '{problem}',
    why: 'The API server refuses the resource: there are bounds to what the field may hold.',
    fix: 'Write a value within the bounds.',
  },
  MSH0066: {
    name: 'RefusedByCrd',
    level: 'error',
    template: '{problem}',
    why: 'The CRD that was read with the resources has this rule: the API server refuses the resource.',
    fix: 'Change the field that the finding stands at, or bring the CRDs to the version that the resource is written for.',
  },
  MSH0067: {
    name: 'DeprecatedField',
    level: 'info',
    template: '{problem}',
    why: 'It works in this version. A later one may no longer have it.',
    fix: 'Write what the finding names in its place.',
  },
  MSH0068: {
    name: 'UnknownMeshField',
    level: 'warning',
    template: '{problem}',
    why: 'What istiod does not know in its own configuration it passes over: the setting has no effect, and nothing says so.',
    fix: 'Correct the name, or move the setting to where it belongs. A setting of another version of Istio can be removed.',
  },
});
