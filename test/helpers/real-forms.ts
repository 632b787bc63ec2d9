import type { Form } from './planted-recording.ts';
import { REAL_LOG_FORMS } from './real-log-forms.ts';
import { REAL_MESH_FORMS } from './real-mesh-forms.ts';
import { REAL_SETTING_FORMS } from './real-setting-forms.ts';
import { REAL_TOKEN_FORMS } from './real-token-forms.ts';
import { REAL_WORKLOAD_FORMS } from './real-workload-forms.ts';

/** Forms of secrets as programs, services and clouds that stand beside a mesh really write them. */
export const REAL_FORMS: readonly Form[] = [
  ...REAL_MESH_FORMS,
  ...REAL_WORKLOAD_FORMS,
  ...REAL_SETTING_FORMS,
  ...REAL_TOKEN_FORMS,
  ...REAL_LOG_FORMS,
];
