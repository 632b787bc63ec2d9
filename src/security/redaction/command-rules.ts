// Data table: secrets in the arguments of commands and in files of settings that have a word and a value in each line.
import { canBeSecret, SECRET_NAME_END, SECRET_NAME_HINT } from '../../util/secret-names.ts';
import type { TextRule } from './rules.ts';

/** Commands whose short flag is a password. */
const SHORT_FLAGS: readonly (readonly [command: string, flag: string])[] = [
  ['sshpass', '-p'],
  ['(?:docker|podman|nerdctl|helm|az|oras|crane|skopeo)\\s[^\\n|;&]{0,80}?login', '-p'],
  ['(?:mysql\\w*|mariadb\\w*|mongo\\w*)', '-p'],
  ['redis-cli', '-a'],
  ['ldap(?:search|modify|add|delete|passwd|whoami)', '-w'],
];
const FLAG_NAME = `-{1,2}[\\w-]{0,40}?${SECRET_NAME_END}`;

/** What one argument says that the next one is: `--db-password`, `-apiKey`. */
export const SECRET_ARGUMENT = new RegExp(`^${FLAG_NAME}$`, 'i');

/** An argument that is followed by a user with a password. */
const USER_ARGUMENT = /^(?:-u|--user|--proxy-user|--basic-auth)$/;
const USER_AND_PASSWORD = /^[^\s:/]{1,100}:(?!\d+$)[^\s/][^\s]*$/;
const COMMANDS = SHORT_FLAGS.map(
  ([command, flag]) => [new RegExp(`(?:^|[\\s/])${command}(?:\\s|$)`), flag] as const,
);

/** Whether an argument is a secret by what stands before it in the list, the command first. */
export function isSecretArgument(list: readonly unknown[], at: number): boolean {
  const [before, argument] = [list[at - 1], list[at]];
  if (typeof before !== 'string' || typeof argument !== 'string') return false;
  if (SECRET_ARGUMENT.test(before)) return !argument.startsWith('--') && canBeSecret(argument);
  if (USER_ARGUMENT.test(before)) return USER_AND_PASSWORD.test(argument);
  if (!/^-[apw]$/.test(before)) return false;
  const line = list.slice(0, at).join(' ');
  return COMMANDS.some(([command, flag]) => flag === before && command.test(line));
}

/** Applied to texts that may be lines of a shell, or of such a file. */
export const COMMAND_RULES: readonly TextRule[] = [
  {
    id: 'command-argument',
    hints: [SECRET_NAME_HINT],
    pattern: new RegExp(
      `(?<head>(?<![\\w-])${FLAG_NAME}[ ]+(?<quote>["']))(?<secret>[^\\n]{1,1000}?)(?=\\k<quote>)`,
      'gi',
    ),
    accepts: canBeSecret,
  },
  {
    id: 'command-argument',
    hints: [SECRET_NAME_HINT],
    pattern: new RegExp(`(?<head>(?<![\\w-])${FLAG_NAME}[ ]+)(?<secret>[^\\s"'-][^\\s"']{2,})`, 'gi'),
    accepts: canBeSecret,
  },
  {
    id: 'command-argument',
    hints: [/ -u |--user|-user |--basic-auth/i],
    pattern:
      /(?<head>(?<![\w-])(?:-u|--user|--proxy-user|--basic-auth)[ =]["']?[^\s:"'/]{1,100}:)(?<secret>(?!\d+(?:["'\s]|$))[^\s"'/][^\s"']{2,})/g,
    accepts: canBeSecret,
  },
  {
    id: 'command-argument',
    hints: [/ -p| -a | -w /i],
    pattern: new RegExp(
      `(?<head>(?<![\\w-])(?:${SHORT_FLAGS.map(([command, flag]) => `${command}(?:\\s[^\\n|;&]{0,200}?)?\\s${flag}`).join('|')})[ ]?["']?)(?<secret>[^\\s"'-][^\\s"']{3,})`,
      'g',
    ),
    accepts: canBeSecret,
  },
  {
    id: 'command-argument',
    hints: [/pass:/i],
    pattern: /(?<head>\s-pass(?:in|out)?[ ]+["']?pass:)(?<secret>[^\s"']+)/g,
  },
  {
    id: 'command-argument',
    hints: [/--from-literal/i],
    pattern: /(?<head>--from-literal[= ]["']?[\w.-]{1,100}=)(?<secret>[^\s"']+)/g,
    accepts: canBeSecret,
  },
  {
    id: 'named-value',
    hints: [/requirepass|masterauth|bindpw|rootpw|community|insecure-password/i],
    pattern:
      /(?<head>(?:^|\s)(?:requirepass|masterauth|bindpw|rootpw|r[ow]community6?|insecure-password)[ \t]+["']?)(?<secret>[^\s"']{3,})/gim,
  },
  {
    id: 'named-value',
    hints: [/stats auth/i],
    pattern: /(?<head>\bstats[ ]+auth[ ]+[^\s:]{1,100}:)(?<secret>\S+)/gi,
  },
  {
    id: 'named-value',
    hints: [/user /i],
    // Users of Redis.
    pattern: /(?<head>^user[ ]+\S{1,100}[ ]+on[ ]+(?:[^\n]{0,200}?[ ])?[>#])(?<secret>[^\s]{3,})/gm,
  },
  {
    id: 'named-value',
    hints: [/psk/i],
    pattern: /(?<head>:[ ]*(?:PSK|XAUTH|EAP)[ ]+")(?<secret>[^"\n]+)/g,
  },
  {
    id: 'named-value',
    hints: [/(?<![a-z])auth(?![a-z])/i],
    // The command AUTH of Redis.
    pattern: /(?<head>(?:^|[\s>])"?AUTH"?[ ]+(?:"?\w{1,60}"?[ ]+(?=["\w[]))?"?)(?<secret>[^\s"]{6,})/g,
    accepts: (secret) => /\d/.test(secret) && /[A-Za-z]/.test(secret),
  },
  {
    id: 'named-value',
    hints: [/_auth=/i],
    pattern: /(?<head>^[^\s#=]{0,200}:?_auth[ ]*=[ ]*)(?<secret>[A-Za-z0-9+/=]{6,})/gm,
  },
];
