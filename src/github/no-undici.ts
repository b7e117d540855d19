/**
 * Stands for `undici` in the bundle (script/bundle.ts). @actions/http-client imports it for one method that nothing
 * here calls: its other requests, those through a proxy too, are of Node's own `http`.
 */
export class ProxyAgent {
  /** @throws Error always */
  constructor() {
    throw new Error('undici is not in the bundle')
  }
}
