/** Variable with the directory in which the process of a run finds what its agent waits for. */
export const asksVariable = 'ITERM_ORCH_ASKS'
