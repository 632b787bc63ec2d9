// Data table: tokens that services give out, by the form that each has. Sources: their documentation and the rules of
// scanners of repositories, such as gitleaks.
import type { TextRule } from './rules.ts';

/** What begins a token, and what follows it: the first part in letters, the second as a pattern. */
const FORMS: readonly (readonly [beginning: string, rest: string])[] = [
  // Code hosts and package registries
  ...['ghp_', 'gho_', 'ghu_', 'ghs_', 'ghr_'].map((head) => [head, '[A-Za-z0-9]{20,}'] as const),
  ['github_pat_', '\\w{20,}'],
  ...['glpat-', 'glptt-', 'glrt-', 'gldt-', 'glft-', 'glcbt-', 'glimt-', 'glagent-', 'gloas-', 'glsoat-'].map(
    (head) => [head, '[\\w.-]{16,}'] as const,
  ),
  ['GR1348941', '[\\w-]{16,}'],
  ['ATATT3', '[\\w=-]{20,}'],
  ['ATBB', '[A-Za-z0-9]{20,}'],
  ['npm_', '[A-Za-z0-9]{30,}'],
  ['pypi-', '[\\w-]{16,}'],
  ['rubygems_', '[A-Za-z0-9]{30,}'],
  ['cio', '[A-Za-z0-9]{32,}'],
  ['dckr_pat_', '[\\w-]{16,}'],
  ['dckr_oat_', '[\\w-]{16,}'],
  ['AKCp', '[A-Za-z0-9]{30,}'],
  ['sqp_', '[A-Za-z0-9]{30,}'],
  ['squ_', '[A-Za-z0-9]{30,}'],
  ['sqa_', '[A-Za-z0-9]{30,}'],
  // Chats and messengers
  ...['a', 'b', 'c', 'd', 'e', 'o', 'p', 'r', 's'].map((kind) => [`xox${kind}-`, '[\\w.-]{10,}'] as const),
  ['xapp-', '[\\w-]{10,}'],
  // Clouds, vaults and clusters
  ['AIza', '[\\w-]{30,}'],
  ['ya29.', '[\\w-]{20,}'],
  ['GOCSPX-', '[\\w-]{20,}'],
  ['1//0', '[\\w-]{30,}'],
  ['IQoJb3JpZ2lu', '[A-Za-z0-9+/_=-]{100,}'],
  ['FwoGZXIvYXdz', '[A-Za-z0-9+/_=-]{100,}'],
  ['hvs.', '[\\w-]{20,}'],
  ['hvb.', '[\\w-]{20,}'],
  ['hvr.', '[\\w-]{20,}'],
  ['dop_v1_', '\\w{16,}'],
  ['doo_v1_', '\\w{16,}'],
  ['dor_v1_', '\\w{16,}'],
  ['dp.pt.', '\\w{20,}'],
  ['dp.st.', '[\\w.-]{20,}'],
  ['pul-', '[A-Za-z0-9]{30,}'],
  ['tskey-', '[\\w-]{20,}'],
  ['ops_', '[\\w+/=-]{40,}'],
  ['pscale_tkn_', '[\\w.=-]{20,}'],
  ['pscale_pw_', '[\\w.=-]{20,}'],
  ['sbp_', '[A-Za-z0-9_]{30,}'],
  ['nfp_', '[A-Za-z0-9]{30,}'],
  ['AGE-SECRET-KEY-1', '[A-Za-z0-9]{16,}'],
  // Payments and mail
  ...['sk_live_', 'sk_test_', 'rk_live_', 'rk_test_'].map((head) => [head, '\\w{16,}'] as const),
  ['whsec_', '\\w{16,}'],
  ['sq0atp-', '[\\w-]{20,}'],
  ['sq0csp-', '[\\w-]{30,}'],
  ['rzp_live_', '\\w{14,}'],
  ['FLWSECK-', '[\\w-]{16,}'],
  ['FLWSECK_', '[\\w-]{16,}'],
  ['SG.', '[\\w-]{16,}\\.[\\w-]{16,}'],
  ['xkeysib-', '[\\w-]{30,}'],
  ...['shpat_', 'shpca_', 'shppa_', 'shpss_'].map((head) => [head, '\\w{16,}'] as const),
  // Models
  ...['sk-proj-', 'sk-ant-', 'sk-svcacct-', 'sk-admin-'].map((head) => [head, '[\\w-]{16,}'] as const),
  ['sk-', '[A-Za-z0-9]{40,}'],
  ['hf_', '[A-Za-z0-9]{30,}'],
  ['gsk_', '[A-Za-z0-9]{30,}'],
  ['xai-', '[A-Za-z0-9]{30,}'],
  ['r8_', '[A-Za-z0-9]{30,}'],
  ['pplx-', '[A-Za-z0-9]{30,}'],
  // What watches
  ['glsa_', '\\w{16,}'],
  ['glc_', '[A-Za-z0-9+/=]{30,}'],
  ['eyJrIjoi', '[A-Za-z0-9+/=]{30,}'],
  ['NRAK-', '[A-Za-z0-9]{20,}'],
  ['sntrys_', '[\\w+/=-]{30,}'],
  ['sntryu_', '[\\w+/=-]{30,}'],
  ['dt0c01.', '[A-Za-z0-9]{16,}\\.[A-Za-z0-9]{20,}'],
  ['dt0s01.', '[A-Za-z0-9]{16,}\\.[A-Za-z0-9]{20,}'],
  ['hcaik_', '\\w{30,}'],
  ['hcxik_', '\\w{30,}'],
  ['sdk-', '[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}'],
  // What is worked with
  ['lin_api_', '[A-Za-z0-9]{30,}'],
  ['ntn_', '[A-Za-z0-9]{30,}'],
  ['figd_', '[\\w-]{30,}'],
  ['PMAK-', '[A-Za-z0-9-]{30,}'],
  ['CFPAT-', '[\\w-]{30,}'],
];

function literal(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&');
}

/** Tokens by what they begin with, and some that show themselves by their middle or end. */
export const CLOUD_KEY_RULES: readonly TextRule[] = [
  {
    id: 'cloud-key',
    hints: [new RegExp(FORMS.map(([beginning]) => literal(beginning)).join('|'), 'i')],
    pattern: new RegExp(
      `(?<head>(?<![A-Za-z0-9]))(?<secret>${FORMS.map(([head, rest]) => literal(head) + rest).join('|')})`,
      'g',
    ),
  },
  {
    id: 'cloud-key',
    hints: [/dapi/i],
    pattern: /(?<head>(?<![A-Za-z0-9]))(?<secret>dapi[0-9a-f]{32}(?:-\d)?)/g,
  },
  {
    id: 'cloud-key',
    hints: [/key-[0-9a-f]{8}|[0-9a-f]-us\d/i],
    pattern: /(?<head>(?<![\w-]))(?<secret>key-[0-9a-f]{32}|[0-9a-f]{32}-us\d{1,2})(?![\w-])/g,
  },
  {
    id: 'cloud-key',
    hints: [/(?<![\w-])SK[0-9a-f]{8}/i],
    pattern: /(?<head>(?<![\w-]))(?<secret>SK[0-9a-f]{32})(?![\w-])/g,
  },
  {
    id: 'cloud-key',
    hints: [/akia|asia/i],
    // The name of a key of AWS, with the key beside it.
    pattern:
      /(?<head>(?<!\w)A[KS]IA[A-Z0-9]{12,20}["']?[ ]*[:,/;][ ]*["']?)(?<secret>[A-Za-z0-9+/]{40})(?![A-Za-z0-9+/])/g,
  },
  {
    id: 'cloud-key',
    hints: [/:aa/i],
    pattern: /(?<head>(?<![\w])(?:bot)?\d{8,10}:)(?<secret>AA[\w-]{33})(?![\w-])/g,
  },
  {
    id: 'cloud-key',
    hints: [/8q~|7q~/i],
    pattern: /(?<head>(?<![\w.~-])[\w~.-]{3})(?<secret>\dQ~[\w~.-]{31,34})(?![\w~-])/g,
  },
  {
    id: 'cloud-key',
    hints: [/\.atlasv1\./i],
    pattern: /(?<head>(?<![A-Za-z0-9])[A-Za-z0-9]{14}\.atlasv1\.)(?<secret>[\w=-]{30,})/g,
  },
  {
    id: 'cloud-key',
    hints: [/::server:|::node:/i],
    pattern: /(?<head>(?<![A-Za-z0-9])K10[0-9a-f]{64}::(?:server|node):)(?<secret>\w{16,})/g,
  },
  {
    id: 'cloud-key',
    hints: [/hooks\.slack\.com|\/api\/webhooks\/|webhook\.office|\/incomingwebhook\//i],
    pattern:
      /(?<head>hooks\.slack\.com\/(?:services|workflows|triggers)\/(?:[\w-]{1,40}\/){1,3}|discord(?:app)?\.com\/api\/webhooks\/\d{5,30}\/|\/IncomingWebhook\/)(?<secret>[\w-]{16,}(?:\/[\w-]{1,80})?)/g,
  },
];
