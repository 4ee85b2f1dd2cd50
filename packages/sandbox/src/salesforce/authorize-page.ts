/** The consent page of the web-server flow: pick a user, allow or deny. A plain form that comes back to itself. */
export function authorizePage(form: URLSearchParams, people: { id: string; name: string }[]): string {
  const hidden = [...form].map(([name, value]) => `<input type="hidden" name="${escape(name)}" value="${escape(value)}">`).join('');
  const options = people.map((person) => `<option value="${escape(person.id)}">${escape(person.name)}</option>`).join('');
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Allow access · Demo CRM</title><style>
:root{color-scheme:light dark;--bg:#eef3f8;--card:#fff;--text:#10243b;--quiet:#4b6076;--line:#d5dfe9;--accent:#0b5cab}
@media(prefers-color-scheme:dark){:root{--bg:#0c141d;--card:#14202d;--text:#e8eff7;--quiet:#a8bacd;--line:#27384a;--accent:#2f7fd3}}
body{margin:0;min-height:100vh;display:grid;place-items:center;background:var(--bg);color:var(--text);font:14px/20px Inter,system-ui,sans-serif}
main{width:360px;background:var(--card);border:1px solid var(--line);border-radius:12px;padding:28px}
h1{font-size:18px;margin:0 0 8px}p{color:var(--quiet);margin:0 0 20px}label{display:block;font-weight:500;margin-bottom:6px}
select{width:100%;height:36px;border-radius:7px;border:1px solid #7d91a6;background:var(--card);color:inherit;font:inherit;padding:0 8px;margin-bottom:20px}
.row{display:flex;gap:8px}button{flex:1;height:38px;border-radius:7px;border:1px solid var(--line);background:transparent;color:inherit;font:inherit;font-weight:500;cursor:pointer}
button[value=allow]{background:var(--accent);border-color:var(--accent);color:#fff}</style></head><body><main>
<h1>Allow access to Demo CRM</h1><p>The application asks to read and change records, and to stay connected.</p>
<form method="get" action="/services/oauth2/authorize">${hidden}<label for="user">Sign in as</label><select id="user" name="user">${options}</select>
<div class="row"><button name="decision" value="deny">Deny</button><button name="decision" value="allow" data-testid="allow">Allow</button></div></form></main></body></html>`;
}

function escape(text: string): string {
  return text.replace(/[&<>"']/g, (char) => `&#${char.charCodeAt(0)};`);
}
