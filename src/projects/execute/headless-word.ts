/** What a headless agent said of its work, out of what it printed. */
import { createReadStream } from 'node:fs'
import type { OutputFormat } from '../../agents/headless/headless-shape.ts'
import { OutputReader } from '../../agents/headless/output-reader.ts'
import type { HeadlessReport } from '../../agents/headless/report.ts'
import { deniedBeside, verdictOf } from '../../agents/headless/verdict.ts'
import { systemErrorCode } from '../../lib/errors.ts'
import type { StepRun } from '../../runner/run.ts'
import type { WorkerOutput } from '../run/task-result.ts'

export interface HeadlessWord {
  output: WorkerOutput
  /** Why it failed; undefined when it did not, as far as can be seen. */
  trouble: string | undefined
  /** What was in its way when it ended, as it said itself. */
  inTheWay: string | undefined
  version: string | undefined
  model: string | undefined
}

/** @param stdout file with all of it; none is there when it printed nothing @param stderr the end of it */
export async function headlessWord(
  format: OutputFormat,
  stdout: string,
  stderr: string,
  { exitCode, signal }: Pick<StepRun, 'exitCode' | 'signal'>,
): Promise<HeadlessWord> {
  const report = await readReport(format, stdout)
  const verdict = verdictOf(format, report, { exitCode, signal, stderr })
  const { output, version, model } = report
  const denied = [...report.denied, ...deniedBeside(format, stderr)]
  const { usage, ...rest } = output
  return {
    output: {
      ...rest,
      ...(usage === undefined ? {} : { usage: { ...usage } }),
      ...(denied.length === 0 ? {} : { denied }),
    },
    trouble: verdict.ok ? undefined : verdict.trouble.text,
    inTheWay: verdict.ok ? undefined : report.trouble?.text,
    version,
    model,
  }
}

/** Bit by bit: others have to be served meanwhile. */
async function readReport(format: OutputFormat, path: string): Promise<HeadlessReport> {
  const reader = new OutputReader(format)
  try {
    for await (const chunk of createReadStream(path)) reader.push(chunk as Buffer)
  } catch (error) {
    if (systemErrorCode(error) !== 'ENOENT') throw error
  }
  return reader.end()
}
