import { escapeXml } from './soap/xml.ts';

/** A user who can sign in on the consent page. */
export interface Person {
  id: string;
  name: string;
  title: string;
  username: string;
}

/** What a scope lets the application do, in the words of the consent page. */
const SCOPES: Readonly<Record<string, string>> = {
  api: 'Read and change records through the API',
  refresh_token: 'Stay connected until you take the access away',
  offline_access: 'Stay connected until you take the access away',
  full: 'Everything you can do yourself',
  web: 'Use web pages in your name',
  openid: 'Know who you are',
  id: 'Know who you are',
  profile: 'See your name and picture',
  email: 'See your e-mail address',
};

/** The consent page of the web-server flow: pick a user, allow or deny. A plain form that comes back to itself. */
export function authorizePage(form: URLSearchParams, people: Person[]): string {
  const hidden = [...form]
    .filter(([name]) => name !== 'user' && name !== 'decision')
    .map(([name, value]) => `<input type="hidden" name="${escapeXml(name)}" value="${escapeXml(value)}">`)
    .join('');
  const asked = (form.get('scope') ?? 'api refresh_token').split(/\s+/).filter(Boolean);
  const scopes = [...new Set(asked.map((scope) => SCOPES[scope] ?? `Use the scope “${scope}”`))];
  const returnTo = new URL(form.get('redirect_uri') ?? 'http://localhost').host;
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Allow access · Demo CRM</title><style>${STYLE}</style></head><body>
<main><header><span class="mark" aria-hidden="true"></span><strong>Demo CRM</strong></header>
<h1>Allow access?</h1><p>An application at <b>${escapeXml(returnTo)}</b> asks to act in your name.</p>
<form method="get" action="/services/oauth2/authorize">${hidden}
<fieldset><legend>Sign in as</legend>${people.map(personRow).join('')}</fieldset>
<section aria-labelledby="scopes"><h2 id="scopes">It would like to</h2><ul>${scopes.map((scope) => `<li>${escapeXml(scope)}</li>`).join('')}</ul></section>
<div class="row"><button name="decision" value="deny" data-testid="deny">Deny</button><button name="decision" value="allow" data-testid="allow">Allow</button></div>
</form><footer>A local stand-in for Salesforce. Nobody here is real, and no password is asked for.</footer></main></body></html>`;
}

function personRow(person: Person, index: number): string {
  const initials = person.name
    .split(' ')
    .map((part) => part.charAt(0))
    .join('')
    .slice(0, 2);
  return `<label><input type="radio" name="user" value="${escapeXml(person.id)}"${index === 0 ? ' checked' : ''}><span class="face" aria-hidden="true">${escapeXml(initials)}</span><span><b>${escapeXml(person.name)}</b><small>${escapeXml(person.title)} · ${escapeXml(person.username)}</small></span></label>`;
}

const STYLE = String.raw`
:root{color-scheme:light dark;--bg:#eaf1f8;--card:#fff;--text:#0f2238;--quiet:#4b6076;--line:#d5e0ea;--control:#7c93a9;--accent:#0f6cc0;--accent-hover:#0b5aa2;--tint:#e9f3fd;--face:#0d2748;--good:#12683a;--shadow:0 18px 50px rgb(13 39 72/.13)}
@media(prefers-color-scheme:dark){:root{--bg:#0b131c;--card:#111c28;--text:#e6eef7;--quiet:#a3b6ca;--line:#22344a;--control:#5f7a95;--accent:#2378c8;--accent-hover:#2f86d8;--tint:#12304d;--face:#1d4271;--good:#6fd39a;--shadow:0 18px 50px rgb(0 0 0/.5)}}
*{box-sizing:border-box}body{margin:0;min-height:100vh;display:grid;place-items:center;padding:24px 16px;background:var(--bg);color:var(--text);font:14px/20px Inter,"Segoe UI",system-ui,-apple-system,sans-serif;letter-spacing:-.003em;-webkit-font-smoothing:antialiased}
main{width:100%;max-width:420px;background:var(--card);border:1px solid var(--line);border-radius:16px;padding:28px;box-shadow:var(--shadow)}
header{display:flex;align-items:center;gap:10px;margin-bottom:22px;font-size:15px}.mark{width:30px;height:30px;border-radius:8px;background:linear-gradient(145deg,#6cc3ff,#1673cf);position:relative}.mark:after{content:"";position:absolute;inset:9px 7px 8px;border-radius:6px 6px 3px 3px;background:#fff}
h1{font-size:21px;line-height:28px;letter-spacing:-.02em;margin:0 0 4px}p{color:var(--quiet);margin:0 0 20px}p b{color:var(--text);font-weight:600;overflow-wrap:anywhere}
fieldset{border:0;padding:0;margin:0 0 20px;min-width:0;display:grid;grid-template-columns:minmax(0,1fr);gap:6px}legend,h2{font-size:12px;line-height:16px;font-weight:600;color:var(--quiet);padding:0;margin:0 0 8px}
label{display:flex;align-items:center;gap:12px;min-height:52px;padding:8px 12px;border:1px solid var(--line);border-radius:10px;cursor:pointer}label:hover{border-color:var(--control)}label:has(:checked){border-color:var(--accent);background:var(--tint)}
label:focus-within{outline:2px solid var(--accent);outline-offset:1px}label input{accent-color:var(--accent);width:16px;height:16px;margin:0;flex:none}label b{font-weight:600;display:block}label span:last-child{min-width:0}small{color:var(--quiet);font-size:12px;line-height:16px;display:block;overflow:hidden;text-overflow:ellipsis;white-space:nowrap}
.face{width:32px;height:32px;border-radius:50%;background:var(--face);color:#fff;display:grid;place-items:center;font-size:12px;font-weight:600;flex:none}
ul{list-style:none;margin:0 0 24px;padding:0;display:grid;gap:6px}li{padding-left:24px;position:relative}li:before{content:"";position:absolute;left:3px;top:4px;width:5px;height:9px;border:solid var(--good);border-width:0 2px 2px 0;transform:rotate(42deg)}
.row{display:flex;gap:10px}button{flex:1;height:42px;border-radius:9px;border:1px solid var(--control);background:transparent;color:inherit;font:inherit;font-weight:600;cursor:pointer}button:hover{background:var(--tint)}button:focus-visible{outline:2px solid var(--accent);outline-offset:2px}
button[value=allow]{background:var(--accent);border-color:var(--accent);color:#fff}button[value=allow]:hover{background:var(--accent-hover)}
footer{color:var(--quiet);font-size:12px;line-height:16px;margin-top:20px;padding-top:16px;border-top:1px solid var(--line)}`;
