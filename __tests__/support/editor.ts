import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { pathToFileURL } from 'node:url'
import { TextDocument } from 'vscode-languageserver-textdocument'
import { getLanguageService } from 'yaml-language-server'

const SCHEMAS = pathToFileURL(path.resolve(import.meta.dirname, '../../schema/')).href
/** A document's address is what the editor remembers it by. */
let documents = 0

/** The language server that editors use for YAML, with one of our schemas for every file. */
export class Editor {
  readonly #service = getLanguageService({
    schemaRequestService: (address) => readFile(new URL(address), 'utf8'),
    workspaceContext: { resolveRelativePath: (relative, base) => new URL(relative, base).href },
  })

  constructor(schema: string) {
    const schemas = [{ uri: `${SCHEMAS}/${schema}`, fileMatch: ['*.yml'] }]
    this.#service.configure({ validate: true, completion: true, hover: true, schemas })
  }

  /** What the editor underlines, as `line:column message`. */
  async problems(text: string): Promise<string[]> {
    const found = await this.#service.doValidation(document(text), false)
    return found.map(
      ({ range, message }) => `${range.start.line + 1}:${range.start.character + 1} ${message}`,
    )
  }

  /** What the editor offers to write at the end of the text. */
  async offers(text: string): Promise<string[]> {
    const shown = document(text)
    const { items } = await this.#service.doComplete(shown, shown.positionAt(text.length), false)
    return items.map(({ label }) => label)
  }
}

const document = (text: string) =>
  TextDocument.create(`file:///repository/${++documents}.yml`, 'yaml', 1, text)
