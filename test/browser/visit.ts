/** Visits to the page: open it, ask it or its worker, see what is left. */
import type { Browser, Page } from 'playwright-core';
import { expect } from 'vitest';

import { type SiteOptions, serveSite } from './site.js';
import type { StaticSite } from './static-site.js';
import type { Answer, Tasks } from './tasks.js';

/** Who is asked. */
export type Place = 'page' | 'worker';

type Input<Task extends keyof Tasks> = Parameters<Tasks[Task]>[0];
type Result<Task extends keyof Tasks> = Awaited<ReturnType<Tasks[Task]>>;

/** Closes a visit after `use`: the page must have had nothing to complain of. */
export async function during<V extends { close(): Promise<readonly string[]> }>(
  visit: V,
  use: (visit: V) => Promise<void>,
): Promise<void> {
  let complaints: readonly string[] = [];
  try {
    await use(visit);
  } finally {
    complaints = await visit.close();
  }
  expect(complaints).toEqual([]);
}

export class Visit {
  readonly #site: StaticSite;
  readonly #page: Page;
  readonly #complaints: string[] = [];
  #asked = 0;

  private constructor(site: StaticSite, page: Page) {
    this.#site = site;
    this.#page = page;
    page.on('pageerror', ({ message }) => this.#complaints.push(message));
    page.on('console', (message) => this.#complaints.push(message.text()));
  }

  static async open(browser: Browser, options: SiteOptions): Promise<Visit> {
    const site = await serveSite(options);
    const visit = new Visit(site, await browser.newPage());
    await visit.#page.goto(site.address);
    return visit;
  }

  /** @throws Error with the kind and text of what was thrown there. */
  async ask<Task extends keyof Tasks>(place: Place, task: Task, input?: Input<Task>): Promise<Result<Task>> {
    this.#asked++;
    const question = JSON.stringify({ id: this.#asked, task, input });
    const answer = await this.#page.evaluate<Answer>(`ask('${place}', ${question})`);
    if ('error' in answer) throw new Error(answer.error);
    return answer.result as Result<Task>; // of the task that was asked for
  }

  /** Workers of the page and of its workers. */
  get workers(): number {
    return this.#page.workers().length;
  }

  /** Whether the page may share memory with its workers. */
  isIsolated(): Promise<boolean> {
    return this.#page.evaluate('crossOriginIsolated');
  }

  /** Closes the page. Resolves to what the browser complained of meanwhile. */
  async close(): Promise<readonly string[]> {
    await this.#page.close();
    await this.#site.close();
    return this.#complaints;
  }
}
