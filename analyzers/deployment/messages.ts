import { defineMessages } from '#analysis';

/** What analyzers of workloads and their pods report. */
export const messages = defineMessages({
  IST0116: {
    name: 'DeploymentAssociatedToMultipleServices',
    level: 'warning',
    template: 'its port {port} is declared with several protocols by the services {services}',
    why: 'A sidecar has one inbound listener for a port: one of the protocols wins, and traffic of the other one fails.',
    fix: 'Declare the port with one protocol in all services that select these pods, or use another port for the other protocol.',
  },
  IST0137: {
    name: 'DeploymentConflictingPorts',
    level: 'warning',
    template: 'its port {targetPort} is reached by different ports ({ports}) of the services {services}',
    why: 'Inbound traffic on the one port belongs to one service only: metrics, policies and routes of the others do not see it as theirs.',
    fix: 'Give the services the same port number for this target port, or let them select different pods.',
  },
  IST0144: {
    name: 'InvalidApplicationUID',
    level: 'warning',
    template: '{what} runs as user 1337, which is the user of the sidecar proxy',
    why: 'What user 1337 sends is never redirected to the sidecar: the requests of this application leave without mTLS, policy and telemetry, and servers that require mTLS refuse them.',
    fix: 'Run the application as another user: change or remove runAsUser 1337 in the securityContext, and rebuild the image if it sets that user.',
  },
  MSH0069: {
    name: 'TelemetryLabelsMissing',
    level: 'info',
    template: 'the pod template has no label {labels}',
    why: 'Metrics, traces and graphs of the mesh group pods by these labels: without them versions can not be told apart, and a name is made up.',
    fix: 'Add the labels to the pod template: app and version, or app.kubernetes.io/name and app.kubernetes.io/version.',
  },
});
