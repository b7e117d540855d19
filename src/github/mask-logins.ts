import { canBeStruck, SHORTEST_SECRET } from '../streams/secret-forms.ts'
import { mask, warning } from './runner.ts'

/** Logins by the registry's name. */
type Logins = Iterable<
  readonly [host: string, login: { readonly username: string; readonly password: string }]
>

/** Masks passwords of registries, alone and in the form in which they are sent. */
export function maskLogins(logins: Logins): void {
  for (const [host, { username, password }] of logins) {
    mask(password)
    mask(`${username}:${password}`)
    if (!canBeStruck(password))
      warning(
        `Not masked is the password of ${host} in registries: one that is blank or shorter than ${SHORTEST_SECRET} characters is found in ordinary text everywhere. Give a longer one.`,
      )
  }
}
