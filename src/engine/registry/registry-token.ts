import type { HttpClient, HttpClientResponse } from '@actions/http-client'
import { z } from 'zod'
import type { RegistryAuth } from './registry-auth.ts'
import type { Challenge } from './registry-challenge.ts'
import { bodyOf, bounded, RegistryError, requireAnswer, sent } from './registry-http.ts'

const tokenSchema = z.object({ token: z.string().optional(), access_token: z.string().optional() })

/**
 * What to send as `Authorization` to a registry that asks who we are; null when there is nothing to say.
 * @throws RegistryError
 */
export async function authorizationFor(
  client: HttpClient,
  challenge: Challenge | null,
  { origin, repository }: { readonly origin: string; readonly repository: string },
  auth: RegistryAuth | null,
): Promise<string | null> {
  if (auth?.registrytoken !== undefined) return `Bearer ${auth.registrytoken}`
  if (challenge === null) return null
  if (challenge.scheme === 'basic') return basicOf(auth)
  const { service, scope = `repository:${repository}:pull` } = challenge
  const realm = URL.parse(challenge.realm)
  // A registry says where tokens are to be had: never over a line that others read, unless it is on this machine.
  if (realm?.protocol !== 'https:' && !(realm?.protocol === 'http:' && origin.startsWith('http:')))
    throw new RegistryError('refused', `it sends to ${challenge.realm} for a token, which is no https`)
  const fields = { ...(service !== undefined && { service }), scope }
  const answer =
    auth?.identitytoken === undefined
      ? await askToken(client, realm, fields, auth)
      : await refreshToken(client, realm, fields, auth.identitytoken)
  requireAnswer(answer)
  const given = tokenIn(await bodyOf(realm.href, answer))
  return given === undefined ? null : `Bearer ${given}`
}

function tokenIn(body: Buffer): string | undefined {
  try {
    const { token, access_token } = tokenSchema.parse(JSON.parse(body.toString('utf8')))
    return token ?? access_token
  } catch (error) {
    // What it sent may be a secret: it is not repeated.
    throw new RegistryError('refused', `it sent no token: ${error instanceof Error ? error.name : error}`)
  }
}

function askToken(
  client: HttpClient,
  realm: URL,
  fields: Readonly<Record<string, string>>,
  auth: RegistryAuth | null,
): Promise<HttpClientResponse> {
  for (const [key, value] of Object.entries(fields)) realm.searchParams.set(key, value)
  const basic = basicOf(auth)
  return sent(client, 'GET', realm.href, basic === null ? {} : { authorization: basic })
}

function refreshToken(
  client: HttpClient,
  realm: URL,
  fields: Readonly<Record<string, string>>,
  identityToken: string,
): Promise<HttpClientResponse> {
  const form = new URLSearchParams({
    ...fields,
    ...{ grant_type: 'refresh_token', refresh_token: identityToken, client_id: 'acode-task-container' },
  })
  const headers = { 'content-type': 'application/x-www-form-urlencoded' }
  return bounded(realm.href, client.post(realm.href, form.toString(), headers))
}

function basicOf(auth: RegistryAuth | null): string | null {
  if (auth?.username === undefined || auth.password === undefined) return null
  return `Basic ${Buffer.from(`${auth.username}:${auth.password}`).toString('base64')}`
}
