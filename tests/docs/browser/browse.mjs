// Every page in a real browser: it renders, fits a phone, its tabs work and are remembered, and no link is dead.
import { existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import { chromium } from 'playwright-core';
import { serve } from './serve.mjs';

const [folder, pictures] = process.argv.slice(2);
const DESKTOP = { width: 1280, height: 900 };
const PHONE = { width: 360, height: 740 };
const LANGUAGES = ['python', 'node', 'kotlin', 'rust'];
// mdBook's own: what is shown for a page that isn't there, and its list of pages.
const pages = readdirSync(folder).filter(
  (file) => file.endsWith('.html') && !['404.html', 'toc.html'].includes(file),
);

let passed = 0;
const failed = [];
/** Runs a check; what it throws, or gives, is what is wrong. */
async function check(name, run) {
  let wrong;
  try {
    wrong = (await run()) ?? [];
  } catch (error) {
    wrong = [error.message];
  }
  if (wrong.length === 0) passed += 1;
  else failed.push(name);
  console.log(`${wrong.length === 0 ? 'ok    ' : 'FAILED'}  ${name}`);
  for (const why of wrong) console.log(`    ${why}`);
}

const site = await serve(folder);
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM,
  args: ['--no-sandbox', '--disable-gpu'],
});
mkdirSync(pictures, { recursive: true });

/** Opens a page; `complaints` fills with what the browser has to say. */
async function open(page, path) {
  const complaints = [];
  const note = (kind) => (what) => complaints.push(`${kind}: ${what.text?.() ?? what.message ?? what}`);
  page.removeAllListeners();
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) note(`console ${message.type()}`)(message);
  });
  page.on('pageerror', note('error'));
  page.on('requestfailed', (request) => complaints.push(`failed: ${request.url()}`));
  page.on(
    'response',
    (response) => response.status() >= 400 && complaints.push(`${response.status()}: ${response.url()}`),
  );
  await page.goto(`${site.url}/${path}`, { waitUntil: 'load' });
  return complaints;
}

/** Which language each group of tabs shows, and whether its bar says the same. */
const shown = (page) =>
  page.$$eval('.tabs', (groups) =>
    groups.map((group) => {
      const visible = [...group.querySelectorAll(':scope > .tab')].filter((panel) => panel.offsetHeight > 0);
      const chosen = [...group.querySelectorAll('[role=tab][aria-selected=true]')];
      const languages = [...visible, ...chosen].map((element) => element.dataset.language);
      return visible.length === 1 && chosen.length === 1 && new Set(languages).size === 1
        ? languages[0]
        : `${languages}`;
    }),
  );

const desktop = await (await browser.newContext({ viewport: DESKTOP })).newPage();
const phone = await (await browser.newContext({ viewport: PHONE, isMobile: true, hasTouch: true })).newPage();
const bare = await (await browser.newContext({ viewport: DESKTOP, javaScriptEnabled: false })).newPage();
const withTabs = [];

for (const path of pages) {
  await check(`${path} renders`, async () => {
    const complaints = await open(desktop, path);
    const text = await desktop.textContent('main');
    if (text.trim().length < 200) complaints.push('hardly any text');
    // A directive, or an anchor's mark, that nobody expanded.
    for (const left of text.match(/\{\{#[^}]*\}\}|ANCHOR(_END)?:/g) ?? [])
      complaints.push(`left over: ${left}`);
    if ((await desktop.$$('main h1')).length !== 1) complaints.push('not exactly one title');
    if ((await desktop.$$('.tabs')).length > 0) withTabs.push(path);
    await desktop.screenshot({ path: join(pictures, path.replace('.html', '.png')), fullPage: true });
    return complaints;
  });
  await check(`${path} fits a phone`, async () => {
    const complaints = await open(phone, path);
    // A table or a piece of code may scroll by itself; the page and its text may not.
    const wide = await phone.$$eval('html, body, main, .content, .page', (all) =>
      all
        .filter((box) => box.scrollWidth > box.clientWidth + 1)
        .map((box) => `${box.tagName} ${box.scrollWidth}`),
    );
    if (wide.length > 0) complaints.push(`wider than the phone: ${wide}`);
    const size = await phone.$eval('main p', (text) => Number.parseFloat(getComputedStyle(text).fontSize));
    if (size < 14) complaints.push(`text of ${size} pixels`);
    await phone.screenshot({ path: join(pictures, path.replace('.html', '-phone.png')) });
    return complaints;
  });
}

await check('pages have tabs', async () => (withTabs.length >= 9 ? [] : [`only ${withTabs}`]));
for (const path of withTabs) {
  await check(`${path} has tabs that switch`, async () => {
    const wrong = [];
    await open(desktop, path);
    for (const language of [...LANGUAGES].reverse()) {
      await desktop.click(`.tabs [role=tab][data-language=${language}]`);
      const now = await shown(desktop);
      if (now.length === 0 || now.some((each) => each !== language)) wrong.push(`${language}: ${now}`);
    }
    return wrong;
  });
  await check(`${path} shows all without JavaScript`, async () => {
    await open(bare, path);
    const groups = await bare.$$eval('.tabs', (all) =>
      all.map(
        (group) => [...group.querySelectorAll('.tab')].filter((panel) => panel.offsetHeight > 0).length,
      ),
    );
    return groups
      .filter((count) => count !== LANGUAGES.length)
      .map((count) => `${count} languages of a group`);
  });
}

await check('the choice is remembered over pages and visits', async () => {
  const wrong = [];
  await open(desktop, withTabs[0]);
  await desktop.click('.tabs [role=tab][data-language=kotlin]');
  for (const path of withTabs) {
    await open(desktop, path);
    const now = await shown(desktop);
    if (now.some((each) => each !== 'kotlin')) wrong.push(`${path}: ${now}`);
  }
  return wrong;
});
await check('tabs work by keyboard', async () => {
  await open(desktop, withTabs[0]);
  await desktop.click('.tabs [role=tab][data-language=python]');
  await desktop.keyboard.press('ArrowRight');
  const now = await shown(desktop);
  const stayed = desktop.url().endsWith(withTabs[0]);
  return now.every((each) => each === 'node') && stayed ? [] : [`${now}, at ${desktop.url()}`];
});
await check('the search finds a page', async () => {
  await open(desktop, 'index.html');
  await desktop.keyboard.press('s');
  await desktop.keyboard.type('underpaid covers price');
  await desktop.waitForSelector('#mdbook-searchresults li, #searchresults li', { timeout: 10_000 });
});

// --- links: files and anchors, as the browser sees them ---------------------------------------------------------------

const anchors = new Map();
async function idsOf(file) {
  if (!anchors.has(file)) {
    const html = readFileSync(join(folder, file), 'utf8');
    anchors.set(file, new Set([...html.matchAll(/\s(?:id|name)="?([^"\s>]+)/g)].map((match) => match[1])));
  }
  return anchors.get(file);
}

const references = existsSync(join(folder, 'api'));
let inside = 0;
let unfollowed = 0;
const outside = new Set();
for (const path of pages) {
  await check(`${path} has no dead link`, async () => {
    const wrong = [];
    await open(desktop, path);
    const links = await desktop.$$eval('a[href]', (all) => all.map((link) => link.href));
    for (const link of new Set(links)) {
      const url = new URL(link);
      if (url.origin !== site.url) {
        if (url.protocol !== 'https:') wrong.push(`not https: ${link}`);
        outside.add(url.host);
        continue;
      }
      const file = posix.normalize(decodeURIComponent(url.pathname)).replace(/^\//, '') || 'index.html';
      if (!references && file.startsWith('api/')) {
        unfollowed += 1;
        continue;
      }
      inside += 1;
      if (!existsSync(join(folder, file))) wrong.push(`no such page: ${link}`);
      else if (url.hash && !(await idsOf(file)).has(decodeURIComponent(url.hash.slice(1))))
        wrong.push(`no such place: ${link}`);
    }
    return wrong;
  });
}
if (references) {
  const CLIENTS = {
    'python/autoplus.html': 'open_trade',
    'node/classes/index.Client.html': 'openTrade',
    'kotlin/autoplus/gg.autoplus/-client/index.html': 'openTrade',
    'rust/autoplus/struct.Client.html': 'open_trade',
  };
  for (const [entry, call] of Object.entries(CLIENTS)) {
    await check(`api/${entry} renders`, async () => {
      // Their warnings are of those who made the tools.
      const complaints = (await open(desktop, `api/${entry}`)).filter(
        (what) => !what.startsWith('console warning'),
      );
      if (!(await desktop.textContent('body')).includes(call)) complaints.push(`nothing about ${call}`);
      mkdirSync(join(pictures, 'api'), { recursive: true });
      await desktop.screenshot({ path: join(pictures, 'api', `${entry.split('/')[0]}.png`) });
      return complaints;
    });
  }
}

await browser.close();
site.stop();
console.log(`${inside} links inside; to ${[...outside].sort().join(', ')} (not followed)`);
if (unfollowed > 0)
  console.log(
    `${unfollowed} links to API references were not followed: they aren't built (docs/build --api)`,
  );
for (const name of failed) console.log(`failed: ${name}`);
console.log(`${passed} passed, ${failed.length} failed`);
process.exitCode = failed.length === 0 ? 0 : 1;
