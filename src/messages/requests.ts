import type { ClientOriginatedMessage, ServerOriginatedMessage } from './iterm2.ts'

type RequestField = Extract<keyof ClientOriginatedMessage, `${string}Request`>

/** `getBuffer`, `listSessions`, …: one name for each of the 35 requests. */
export type RequestName = RequestField extends `${infer Name}Request` ? Name : never

export type RequestPayload<N extends RequestName> = NonNullable<ClientOriginatedMessage[`${N}Request`]>
export type ResponsePayload<N extends RequestName> = NonNullable<ServerOriginatedMessage[`${N}Response`]>
