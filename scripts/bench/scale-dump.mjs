// A recorded config dump made larger: its dynamic resources are repeated under new service names, so that the result
// has the shape and the mix of values of the recording, with names that stay unique.
const SECTIONS = [
  ['dynamic_active_clusters', 'dynamicActiveClusters'],
  ['dynamic_endpoint_configs', 'dynamicEndpointConfigs'],
  ['dynamic_route_configs', 'dynamicRouteConfigs'],
  ['dynamic_listeners', 'dynamicListeners'],
];
const HOST = /\b([a-z0-9-]+)((?:\.[a-z0-9-]+)*\.svc\.cluster\.local)/g;

/** How often the dynamic resources of `text` must be repeated for a dump of about `bytes` bytes. */
export function repetitionsFor(text, bytes) {
  const unit = parts(JSON.parse(text))
    .flatMap(({ texts }) => texts)
    .join('').length;
  return Math.max(1, Math.ceil((bytes - text.length) / (unit * 0.95)));
}

/** The JSON text of a dump with every dynamic resource that names a service repeated `times` times. */
export function scaleDump(text, times) {
  const dump = JSON.parse(text);
  const sections = parts(dump);
  for (let k = 1; k <= times; k++) {
    for (const { items, texts, isListener } of sections) {
      for (const original of texts) {
        const renamed = original.replace(HOST, (_, label, rest) => `${label}-${k}${rest}`);
        if (renamed === original) continue;
        const item = JSON.parse(renamed);
        if (isListener && item.name !== undefined) item.name = `${item.name}-${k}`;
        items.push(item);
      }
    }
  }
  return JSON.stringify(dump, null, 1);
}

function parts(dump) {
  return dump.configs.flatMap((config) =>
    SECTIONS.flatMap((names) => {
      const items = names.map((name) => config[name]).find((value) => Array.isArray(value));
      if (items === undefined) return [];
      const isListener = names[0] === 'dynamic_listeners';
      return [{ items, texts: items.map((item) => JSON.stringify(item, null, 1)), isListener }];
    }),
  );
}
