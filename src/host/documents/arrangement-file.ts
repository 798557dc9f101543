/** Saved arrangements as they are written to `<home>/state/host-arrangements.json`. */
import { z } from 'zod'
import type { VariableValue } from '../session-types.ts'

/** A pane: how to start its session again. Programs themselves cannot be brought back. */
export interface ArrangedPane {
  kind: 'pane'
  /** Guid of the stored profile. */
  profile: string
  /** Keys that the session had different from it. */
  changes: Record<string, VariableValue>
  cwd?: string | undefined
  /** The name that a script gave to the session. */
  name?: string | undefined
  columns: number
  rows: number
}

export interface ArrangedSplit {
  kind: 'split'
  vertical: boolean
  children: ArrangedNode[]
}

export type ArrangedNode = ArrangedPane | ArrangedSplit

const nodeSchema: z.ZodType<ArrangedNode> = z.lazy(() =>
  z.discriminatedUnion('kind', [
    z.object({
      kind: z.literal('pane'),
      profile: z.string(),
      changes: z.record(z.string(), z.json()),
      cwd: z.string().optional(),
      name: z.string().optional(),
      columns: z.number().int().positive(),
      rows: z.number().int().positive(),
    }),
    z.object({ kind: z.literal('split'), vertical: z.boolean(), children: z.array(nodeSchema).min(2) }),
  ]),
)

const windowSchema = z.object({
  origin: z.object({ x: z.number(), y: z.number() }),
  tabs: z.array(nodeSchema).min(1),
})
export type ArrangedWindow = z.infer<typeof windowSchema>

/** Arrangements by name. */
export const arrangementsSchema = z.record(z.string(), z.array(windowSchema))
export type Arrangements = z.infer<typeof arrangementsSchema>
