import { isPort } from '../parts/names.ts';
import { checkMatchLabels, checkTargets } from '../parts/scope.ts';
import type { Spot } from '../spot.ts';

const SCHEMES: ReadonlySet<string> = new Set(['', 'file', 'http', 'https', 'oci']);
const LONGEST_SECRET = 253;
const LONGEST_NAME = 256;
const LARGEST_SCRIPT = 64 * 1024;

/** A WasmPlugin (analyzers, section 4.15). */
export function checkWasmPlugin(spec: Spot): void {
  checkTargets(spec);
  checkModule(spec);
  checkTrafficMatches(spec);
}

/** A TrafficExtension (section 4.15, rules 7 to 10). */
export function checkTrafficExtension(spec: Spot): void {
  checkMatchLabels(spec.get('selector'));
  if (spec.has('wasm') === spec.has('lua')) spec.error('exactly one of wasm and lua must be set');
  if (spec.has('selector') && spec.has('targetRefs'))
    spec.error('selector and targetRefs can not be set together', 'targetRefs');
  if (spec.has('wasm')) checkModule(spec.get('wasm'));
  const script = spec.get('lua', 'inlineCode');
  if (spec.has('lua') && script.text === '') script.error('the script is empty');
  if (Buffer.byteLength(script.text) > LARGEST_SCRIPT) script.error('the script is larger than 64 KiB');
  checkTrafficMatches(spec);
}

function checkModule(module: Spot): void {
  const url = module.get('url');
  if (url.text === '') url.error('the module has no url');
  else {
    const scheme = /^([a-z][a-z0-9+.-]*):\/\//i.exec(url.text)?.[1]?.toLowerCase() ?? '';
    if (/[\s%](?![0-9a-f]{2})/i.test(url.text)) url.error(`"${url.text}" is no URL`);
    else if (!SCHEMES.has(scheme)) url.error(`the scheme "${scheme}" is none of file, http, https, oci`);
  }
  const hash = module.get('sha256');
  if (hash.text !== '' && !/^[0-9a-f]{64}$/.test(hash.text))
    hash.error('it must be 64 lower-case hexadecimal digits');
  if (module.get('imagePullSecret').text.length > LONGEST_SECRET)
    module.error(`it is longer than ${LONGEST_SECRET} characters`, 'imagePullSecret');
  if (module.get('pluginName').text.length > LONGEST_NAME)
    module.error(`it is longer than ${LONGEST_NAME} characters`, 'pluginName');
  const names = new Set<string>();
  for (const variable of module.items('vmConfig', 'env')) {
    const { text } = variable.get('name');
    if (text === '') variable.error('the variable has no name');
    else if (text.length > LONGEST_NAME)
      variable.error(`the name is longer than ${LONGEST_NAME} characters`, 'name');
    if (names.has(text)) variable.error(`the variable ${text} is defined twice`);
    names.add(text);
    const from = variable.get('valueFrom').text || 'INLINE';
    if (variable.get('value').text !== '' && from !== 'INLINE')
      variable.error(`a value can not be set together with valueFrom ${from}`, 'value');
  }
}

function checkTrafficMatches(spec: Spot): void {
  for (const match of spec.items('match'))
    for (const port of match.items('ports'))
      if (!isPort(port.get('number').number))
        port.error(`${port.get('number').number} is no port from 1 to 65535`);
}
