// The pages are whole without this: it narrows the menu while one types, folds versions and samples into tabs, and copies.

const menu = document.querySelector('.menu');
const search = menu.querySelector('input');
const folds = [...menu.querySelectorAll('details')];
const opened = folds.filter((it) => it.open);

search.addEventListener('input', () => {
  const needles = search.value.toLowerCase().split(/\s+/).filter(Boolean);
  let found = 0;
  for (const fold of folds) {
    let inside = 0;
    for (const item of fold.querySelectorAll('li')) {
      item.hidden = !needles.every((it) => item.dataset.find.includes(it));
      if (!item.hidden) inside++;
    }
    fold.hidden = inside === 0;
    fold.open = needles.length ? inside > 0 : opened.includes(fold);
    found += inside;
  }
  menu.querySelector('.none').hidden = found > 0;
});
menu.querySelector('form').addEventListener('submit', (event) => {
  const first = menu.querySelector('li:not([hidden]) a');
  if (!first || !search.value) return;
  event.preventDefault();
  location.href = first.href;
});
menu.querySelector('[aria-current]')?.scrollIntoView({ block: 'center' });

/** Shows one of several panels at a time; what was chosen holds for the pages to come too. */
function tabs(panels, names, label, key) {
  if (panels.length < 2) return;
  const list = document.createElement('div');
  list.setAttribute('role', 'tablist');
  list.setAttribute('aria-label', label);
  const buttons = panels.map((panel, n) => {
    const button = document.createElement('button');
    button.type = 'button';
    button.textContent = names[n];
    button.setAttribute('role', 'tab');
    panel.id ||= `panel-${key}-${n}-${Math.random().toString(36).slice(2)}`;
    button.setAttribute('aria-controls', panel.id);
    panel.setAttribute('role', 'tabpanel');
    button.addEventListener('click', () => choose(n, true));
    button.addEventListener('keydown', ({ key: pressed }) => {
      const step = { ArrowRight: 1, ArrowLeft: -1 }[pressed];
      if (!step) return;
      const next = (n + step + panels.length) % panels.length;
      choose(next, true);
      buttons[next].focus();
    });
    list.append(button);
    return button;
  });
  function choose(chosen, keep) {
    for (const [n, panel] of panels.entries()) {
      panel.hidden = n !== chosen;
      buttons[n].setAttribute('aria-selected', String(n === chosen));
      buttons[n].tabIndex = n === chosen ? 0 : -1;
    }
    if (keep && key) localStorage.setItem(key, names[chosen]);
  }
  panels[0].before(list);
  choose(Math.max(0, names.indexOf(key && localStorage.getItem(key))), false);
}

const versions = [...document.querySelectorAll('.version')];
const heading = document.querySelector('.dated')?.textContent.split(' ')[0] ?? '';
tabs(
  versions,
  versions.map((it) => it.dataset.version),
  heading,
  '',
);
for (const group of document.querySelectorAll('.samples')) {
  const samples = [...group.querySelectorAll('.sample')];
  const names = samples.map((it) => it.dataset.client);
  for (const it of samples) if (samples.length > 1) it.querySelector('h4').hidden = true;
  tabs(samples, names, group.querySelector('h3').textContent, 'client');
}

for (const button of document.querySelectorAll('.code button')) {
  if (!navigator.clipboard) break;
  button.hidden = false;
  const label = button.textContent;
  button.addEventListener('click', async () => {
    await navigator.clipboard.writeText(button.nextElementSibling.textContent);
    button.textContent = button.dataset.copied;
    setTimeout(() => {
      button.textContent = label;
    }, 1500);
  });
}
