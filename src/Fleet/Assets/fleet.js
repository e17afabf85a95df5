// Fetches the page that is shown again and replaces its live part. Everything works without this, only not by itself.
const period = 5000;
const contact = document.getElementById('contact');
const pause = document.getElementById('pause');
const search = document.getElementById('search');
let paused = false;
let timer;
let lostSince;

function tell(text, style) {
  if (contact.textContent !== text) contact.textContent = text;
  contact.className = style;
}

// What a reader has opened, selected or reached by keyboard stays as it is.
function replace(live, fresh) {
  const selection = document.getSelection();
  if (!selection.isCollapsed && live.contains(selection.anchorNode)) return;
  for (const details of live.querySelectorAll('details[open][id]')) {
    const same = fresh.querySelector(`#${CSS.escape(details.id)}`);
    if (same) same.open = true;
  }
  if (live.innerHTML === fresh.innerHTML) return;
  const focused = live.contains(document.activeElement) ? document.activeElement : null;
  const place = focused && [...live.querySelectorAll(focused.localName)].filter(other => key(other) === key(focused)).indexOf(focused);
  live.replaceChildren(...fresh.childNodes);
  if (focused) [...live.querySelectorAll(focused.localName)].filter(other => key(other) === key(focused))[place]?.focus({ preventScroll: true });
}

function key(element) {
  return element.id || element.getAttribute('href') || element.textContent;
}

async function refresh() {
  clearTimeout(timer);
  if (paused || document.hidden) return;
  try {
    const response = await fetch(location.href, { cache: 'no-store', redirect: 'manual', signal: AbortSignal.timeout(10000) });
    if (response.type === 'opaqueredirect' || response.status === 401) return location.reload();
    if (response.status >= 500) throw new Error(`status ${response.status}`);
    const page = new DOMParser().parseFromString(await response.text(), 'text/html');
    const [live, fresh] = [document.getElementById('live'), page.getElementById('live')];
    if (!fresh) throw new Error('another page');
    if (!paused) replace(live, fresh);
    live.classList.remove('stale');
    lostSince = undefined;
    tell(paused ? 'Paused' : 'Live', paused ? 'paused' : '');
  } catch {
    lostSince ??= new Date().toLocaleTimeString();
    document.getElementById('live').classList.add('stale');
    tell(`No answer since ${lostSince}`, 'lost');
  }
  if (!paused) timer = setTimeout(refresh, period);
}

pause.addEventListener('click', () => {
  paused = !paused;
  pause.setAttribute('aria-pressed', paused);
  pause.textContent = paused ? 'Resume' : 'Pause';
  if (paused) { clearTimeout(timer); tell('Paused', 'paused'); } else refresh();
});

document.addEventListener('visibilitychange', refresh);

document.addEventListener('keydown', event => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const typing = event.target instanceof HTMLInputElement;
  if (event.key === '/' && search && !typing) {
    event.preventDefault();
    search.focus();
    search.select();
  } else if (event.key === 'Escape' && event.target === search) {
    search.blur();
  }
});

document.querySelector('.refresh').hidden = false;
tell('Live', '');
timer = setTimeout(refresh, period);
