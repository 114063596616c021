/** A visit to the page that uses the whole model. */
import type { Browser, Page } from 'playwright-core';
import { serveModel } from './model-site.js';
import type { StaticOptions, StaticSite } from './static-site.js';
import { during, type Place } from './visit.js';

export class ModelVisit {
  readonly page: Page;
  readonly #site: StaticSite;
  readonly #complaints: string[] = [];

  private constructor(site: StaticSite, page: Page) {
    this.#site = site;
    this.page = page;
    page.on('pageerror', ({ message }) => this.#complaints.push(message));
    page.on('console', (message) => {
      if (!message.text().startsWith('Failed to load resource')) this.#complaints.push(message.text());
    });
  }

  static async open(browser: Browser, options: Partial<StaticOptions> = {}): Promise<ModelVisit> {
    const site = await serveModel(options);
    const visit = new ModelVisit(site, await browser.newPage());
    await visit.page.goto(site.address);
    return visit;
  }

  /** Opens a page for the time of `use`, in which it must have nothing to complain of. */
  static async during(
    browser: Browser,
    options: Partial<StaticOptions>,
    use: (visit: ModelVisit) => Promise<void>,
  ): Promise<void> {
    await during(await ModelVisit.open(browser, options), use);
  }

  /** What the site was asked for: paths, with ranges. */
  get requests(): string[] {
    return this.#site.requests;
  }

  /**
   * Runs code, which has `InternVL` and `internvl` (all that the package exports), to its `return`.
   *
   * @throws Error with the name and text of what was thrown there.
   */
  async run<Result>(place: Place, code: string): Promise<Result> {
    const function_ = place === 'page' ? 'inPage' : 'inWorker';
    const answer: { result: string } | { error: string } = await this.page.evaluate(
      `${function_}(${JSON.stringify(code)})`,
    );
    if ('error' in answer) throw new Error(answer.error);
    return JSON.parse(answer.result); // of what the code returns
  }

  /** Closes the page. Resolves to what the browser complained of meanwhile. */
  async close(): Promise<readonly string[]> {
    await this.page.close();
    await this.#site.close();
    return this.#complaints;
  }
}
