/** What a document may say of itself. */
const settings = `agent: claude        # an agent of the configuration
model: opus
priority: high       # low, normal, high, urgent, or a number: before older tasks with less
timeout: 30m
retries: 1
needs: task-write-the-tests-20260129-120000
worktree: true       # in a git worktree of its own
mode: session        # in a terminal, where it may ask; headless without this
prompt: /review {text}   # what the agent is given: here the text behind the name of a skill`

/** `tasks/README.md` of a new project: its name does not make it a task. */
export const exampleText = `# Tasks of this project

A task is a file in this directory, named \`task-<description>-YYYYMMDD-HHMMSS.md\`. Its text is what the agent is
given to do. Tasks go one after the other, the oldest first. \`iterm-orch task new "fix the login"\` writes one with
the right name; \`iterm-orch queue\` shows them in their order, and what is wrong with a name or a text.

What stands between two lines of \`---\` at the top is not for the agent; all of it may be left out:

    ---
${settings.replace(/^/gmu, '    ')}
    ---
    Fix the login: it says "unknown user" when the password is wrong.

Whatever else lies here, such as this file, is left alone.
`

/** What stands above the text of a new document in an editor: nothing of it holds until its `#` is taken away. */
export const settingsToEdit = `---
${settings.replace(/^/gmu, '# ')}
---
`
