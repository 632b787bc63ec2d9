import { defineMessages } from '#analysis';

/** What analyzers of mesh networks report. */
export const messages = defineMessages({
  IST0126: {
    name: 'UnknownMeshNetworksServiceRegistry',
    level: 'error',
    template: 'the network {network} takes its endpoints from the registry "{registry}", which is not known',
    why: 'Endpoints of that cluster are not told to be in this network: traffic to them does not go through its gateway and does not arrive.',
    fix: 'Write the name of the cluster as its remote Secret in the namespace of the control plane has it.',
  },
});
