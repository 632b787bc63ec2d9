import { defineMessages } from '#analysis';

/** What analyzers of ambient mode report. */
export const messages = defineMessages({
  MSH0016: {
    name: 'NeedsWaypoint',
    level: 'warning',
    template: '{what} needs a waypoint, and {workload} is behind a ztunnel alone: {effect}',
    why: 'A ztunnel forwards connections and knows identities, addresses and ports; HTTP is read by a waypoint alone.',
    fix: 'Make a waypoint for the Service or namespace (label istio.io/use-waypoint), and name the Service or the Gateway in targetRefs of policies; or use fields of connections only.',
  },
  MSH0017: {
    name: 'WaypointUnusable',
    level: 'warning',
    template: 'it asks for the waypoint {waypoint}, which {problem}',
    why: 'Traffic goes on without a waypoint, or is refused: routes and policies of HTTP are not in force.',
    fix: 'Make the Gateway with gatewayClassName istio-waypoint, with the label istio.io/waypoint-for of what it is to serve (service, workload or all) and allowedRoutes for other namespaces; or correct the label istio.io/use-waypoint.',
  },
  MSH0018: {
    name: 'SidecarAndAmbient',
    level: 'warning',
    template: 'the workload {workload} has a sidecar, and {where} asks for ambient mode',
    why: 'A pod with a sidecar is not redirected to the ztunnel, yet others may take it for a workload of the ambient mesh and send it what its sidecar does not read.',
    fix: 'Keep one: remove the sidecar (label istio-injection or sidecar.istio.io/inject, then restart), or set istio.io/dataplane-mode: none on the pod.',
  },
  MSH0054: {
    name: 'AmbientNotCaptured',
    level: 'warning',
    template:
      'the pod of {workload} is in ambient mode by its labels, and its traffic is not redirected to a ztunnel',
    why: 'The pod is outside the mesh: its traffic has no mTLS, and policies are not in force.',
    fix: 'Find out why the CNI agent of its node did not take it (its log names the pod), then restart the pod; or label it istio.io/dataplane-mode: none to say that this is meant.',
  },
});
