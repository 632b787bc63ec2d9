import { defineMessages } from '#analysis';

/** What analyzers of annotations report. */
export const messages = defineMessages({
  IST0107: {
    name: 'MisplacedAnnotation',
    level: 'warning',
    template: 'the annotation {annotation} does nothing here: it belongs on {kinds}',
    why: 'Istio reads it on other kinds only, so the setting that it stands for is not in force.',
    fix: 'Move it to the kind that the message names. For pods that is the pod template, not the Deployment itself.',
  },
  IST0108: {
    name: 'UnknownAnnotation',
    level: 'warning',
    template: 'the annotation {annotation} is not one that Istio knows',
    why: 'It looks like a setting of Istio and does nothing: a misspelt name, or one of another version.',
    fix: 'Correct the name, or remove the annotation.',
  },
  IST0125: {
    name: 'InvalidAnnotation',
    level: 'warning',
    template: 'the annotation {annotation} has a wrong value: {problem}',
    why: 'The proxy starts with the default in its place, or the pod is not injected at all.',
    fix: 'Write a value of the form that the message names.',
  },
  IST0135: {
    name: 'DeprecatedAnnotation',
    level: 'info',
    template: 'the annotation {annotation} is deprecated: {instead}',
    why: 'It may do nothing after the next upgrade.',
    fix: 'Use what the message names in its place.',
  },
});
