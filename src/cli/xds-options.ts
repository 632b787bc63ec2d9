import type { LiveOptions, XdsOptions } from '../sources/live-options.ts';
import { usageError } from '../util/errors.ts';
import type { CommandContext } from './context.ts';
import { flag, integer, type OptionValues, text } from './options.ts';

/** How istiod is asked over xDS; any of them makes the command ask that way first. */
export const XDS_OPTIONS = {
  xdsAddress: text(
    '--xds-address <host:port>',
    'ask the istiod at this address, without looking for its pods',
  ),
  xdsLabel: text('--xds-label <selector>', 'labels of the istiod pods (otherwise app=istiod)'),
  xdsPort: integer(
    '--xds-port <number>',
    'port of istiod for xDS (otherwise 15012; 15010 with --plaintext)',
    undefined,
    { min: 1, max: 65535 },
  ),
  certDir: text(
    '--cert-dir <folder>',
    'prove who asks by cert-chain.pem and key.pem, verify by root-cert.pem; no token is asked for',
  ),
  authority: text('--authority <name>', "name that istiod's certificate must have"),
  insecure: flag('--insecure', "do not verify istiod's certificate; then no token is sent"),
  plaintext: flag('--plaintext', 'no TLS; then no token is sent'),
} as const;

type XdsValues = OptionValues<typeof XDS_OPTIONS>;

const TLS_PORT = 15012;
const PLAIN_PORT = 15010;

/** What the options change about how a live mesh is read; nothing when none was given. */
export function xdsLive(values: XdsValues): LiveOptions {
  const { xdsAddress: address, xdsLabel: label, certDir, authority, insecure, plaintext, xdsPort } = values;
  if (!isGiven(values)) return {};
  const port = xdsPort ?? (plaintext ? PLAIN_PORT : TLS_PORT);
  const xds: XdsOptions = { address, label, port, certDir, authority, insecure, plaintext };
  return { xds };
}

/** Throws a usage error for options that contradict each other, or that a recording can't follow. */
export function checkXds(values: XdsValues, context: Pick<CommandContext, 'globals'>): void {
  if (!isGiven(values)) return;
  if (context.globals.from !== undefined) {
    throw usageError('--from reads a recording: options of xDS say how a live istiod is asked', {
      hint: 'give one of them',
    });
  }
  const pairs = [
    ['--xds-address', values.xdsAddress, '--xds-label', values.xdsLabel],
    ['--plaintext', values.plaintext, '--cert-dir', values.certDir],
    ['--plaintext', values.plaintext, '--authority', values.authority],
    ['--plaintext', values.plaintext, '--insecure', values.insecure],
    ['--insecure', values.insecure, '--authority', values.authority],
  ] as const;
  for (const [one, first, other, second] of pairs) {
    if (first && second)
      throw usageError(`${one} and ${other} exclude each other`, { hint: 'give one of them' });
  }
}

function isGiven({
  xdsAddress,
  xdsLabel,
  xdsPort,
  certDir,
  authority,
  insecure,
  plaintext,
}: XdsValues): boolean {
  return [
    xdsAddress,
    xdsLabel,
    xdsPort,
    certDir,
    authority,
    insecure || undefined,
    plaintext || undefined,
  ].some((value) => value !== undefined);
}
