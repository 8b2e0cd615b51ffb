// Makes the blocks of a group tabs. The language that was chosen holds for all groups, and is remembered.
(() => {
  const KEY = 'autoplus-language';
  const groups = [...document.querySelectorAll('.tabs')];
  const remembered = () => {
    try {
      return localStorage.getItem(KEY);
    } catch {
      return null; // Storage may be forbidden: then it holds for this page.
    }
  };

  function choose(language, remember) {
    for (const group of groups) {
      for (const panel of group.querySelectorAll(':scope > .tab')) {
        panel.hidden = panel.dataset.language !== language;
      }
      for (const tab of group.querySelectorAll('[role=tab]')) {
        const chosen = tab.dataset.language === language;
        tab.setAttribute('aria-selected', String(chosen));
        tab.tabIndex = chosen ? 0 : -1;
      }
    }
    if (!remember) return;
    try {
      localStorage.setItem(KEY, language);
    } catch {
      // See above.
    }
  }

  function makeTabs(group, number) {
    const bar = document.createElement('div');
    bar.className = 'tab-bar';
    bar.setAttribute('role', 'tablist');
    bar.setAttribute('aria-label', 'Language');
    for (const panel of group.querySelectorAll(':scope > .tab')) {
      const name = panel.querySelector('.tab-name');
      const tab = document.createElement('button');
      tab.type = 'button';
      tab.textContent = name.textContent;
      tab.dataset.language = panel.dataset.language;
      tab.id = `tab-${number}-${panel.dataset.language}`;
      tab.setAttribute('role', 'tab');
      panel.id = `panel-${number}-${panel.dataset.language}`;
      panel.setAttribute('role', 'tabpanel');
      panel.setAttribute('aria-labelledby', tab.id);
      tab.setAttribute('aria-controls', panel.id);
      name.hidden = true;
      // What is above may change its height: the tab that was pressed stays where it is.
      tab.addEventListener('click', () => {
        const before = tab.getBoundingClientRect().top;
        choose(tab.dataset.language, true);
        window.scrollBy(0, tab.getBoundingClientRect().top - before);
      });
      bar.append(tab);
    }
    bar.addEventListener('keydown', (event) => {
      const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
      if (!step) return;
      // Else the book would turn the page.
      event.stopPropagation();
      event.preventDefault();
      const tabs = [...bar.children];
      const next = tabs.at((tabs.indexOf(document.activeElement) + step) % tabs.length);
      next.click();
      next.focus();
    });
    group.prepend(bar);
  }

  if (groups.length === 0) return;
  groups.forEach(makeTabs);
  const known = [...groups[0].querySelectorAll('[role=tab]')].map((tab) => tab.dataset.language);
  const wanted = remembered();
  choose(known.includes(wanted) ? wanted : known[0], false);
  // The place that was asked for moved when the other languages went.
  if (location.hash) document.getElementById(decodeURIComponent(location.hash.slice(1)))?.scrollIntoView();
})();
