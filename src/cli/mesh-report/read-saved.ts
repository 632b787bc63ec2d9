import type { MeshReport } from '../../answers/mesh-report/mesh-report.ts';
import { savedReport } from '../../answers/mesh-report/saved-report.ts';
import { dataError } from '../../util/errors.ts';
import { loadJson } from '../../util/load-json.ts';
import { escapeLine } from '../../util/text.ts';
import { fileInput } from '../admin-page.ts';
import type { CommandContext } from '../context.ts';

/** A report that was saved with `-o json`; `-` is stdin. Throws exit 66 when there is no such file, 65 when it is none. */
export async function readSavedReport(context: CommandContext, path: string): Promise<MeshReport> {
  const { bytes, label } = await fileInput(context, path);
  const saved = savedReport(loadJson(bytes, label));
  if ('report' in saved) return saved.report;
  throw dataError(`${label} is no saved report: ${escapeLine(saved.wrong)}`, {
    hint: 'meshscope report -o json writes one',
  });
}
