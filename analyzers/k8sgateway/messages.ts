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
  MSH0042: {
    name: 'ConflictingListeners',
    level: 'warning',
    template: 'the listener {listener} {problem}',
    why: 'One of the two is not in force: routes that are bound to it are not reached.',
    fix: 'Give each listener a port or hostname of its own.',
  },
  MSH0043: {
    name: 'RouteParentMissing',
    level: 'warning',
    template: 'the {parent} that it is bound to does not exist',
    why: 'The route is not in force there: requests are answered with 404, or by another route.',
    fix: 'Correct name, namespace or sectionName in parentRefs, or create what is missing.',
  },
  MSH0044: {
    name: 'RouteBackendMissing',
    level: 'warning',
    template: 'the {backend} that it leads to does not exist',
    why: 'The share of requests that is for it is answered with 500.',
    fix: 'Correct name, namespace or port in backendRefs, or create what is missing.',
  },
  MSH0045: {
    name: 'ReferenceGrantMissing',
    level: 'warning',
    template: 'the namespace {namespace} does not let it use the {backend}',
    why: 'A route may lead to another namespace only where a ReferenceGrant there allows it: requests are answered with 500.',
    fix: 'Create a ReferenceGrant in the namespace of the Service, from this kind of route and namespace, to the Service.',
  },
  MSH0046: {
    name: 'ReferenceGrantWithoutNamespace',
    level: 'info',
    template: 'it is for the namespace {namespace}, which does not exist',
    why: 'It allows nothing today, and whoever makes a namespace of this name gets what it allows.',
    fix: 'Correct the name, or remove the entry.',
  },
  MSH0052: {
    name: 'UnknownGatewayClass',
    level: 'warning',
    template: 'no GatewayClass has the name {name}',
    why: 'No controller carries out the gateway: nothing listens.',
    fix: 'Correct gatewayClassName; Istio has istio for gateways and istio-waypoint for waypoints.',
  },
});
