import { readFile } from 'node:fs/promises'

/** The text of the payload of the event that started the run; empty when there is none that can be read. */
export async function eventText({ GITHUB_EVENT_PATH: path = '' }: NodeJS.ProcessEnv): Promise<string> {
  return path === '' ? '' : readFile(path, 'utf8').catch(() => '')
}
