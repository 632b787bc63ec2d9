import { defineMessages } from '#analysis';

/** What analyzers of the Gateway API report. */
export const messages = defineMessages({
  IST0166: {
    name: 'IneffectiveSelector',
    level: 'warning',
    template: 'its selector finds pods of the Gateway {gateway}, which takes no notice of selectors',
    why: 'Policies reach gateways and waypoints of the Gateway API by targetRefs only: this one is not in force there.',
    fix: 'Name the Gateway in spec.targetRefs in the place of the selector.',
  },
  IST0176: {
    name: 'GatewayAPICRDVersionBelowMinimum',
    level: 'warning',
    template:
      'the custom resource definition {crd} is of Gateway API {installed}, and Istio needs {minimum} or newer',
    why: 'The control plane does not read resources of this kind in the installed version: routes and policies of it are not in force.',
    fix: 'Install the custom resource definitions of a newer Gateway API release.',
  },
});
