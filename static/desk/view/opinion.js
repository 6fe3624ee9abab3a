// A second opinion: what the model saw, and one's own answer to it. Nothing of the first answer is here.
import { html, useEffect } from "/static/vendor/preact.js";
import { readDocuments } from "../documents.js";
import { fetching, judged, nextOpinion, refusal, skip, waitingOpinions } from "../opinions.js";
import { Answer } from "./answer.js";
import { Back, Name } from "./head.js";
import { Observed } from "./observation.js";
import { seeing } from "./seeing.js";
import { Skeleton } from "./skeleton.js";
import { _, ngettext } from "/static/shared/say.js";

export const Opinions = seeing(({ close }) => {
  const opinion = judged.value;
  return html`
    <article class="conversation opinion" aria-labelledby="conversation-name">
      <header class="conversation-head">
        <${Back} close=${close} />
        <div class="conversation-title">
          <${Name} text=${_("Second opinion")} />
          <p>${opinion ? html`<${Count} /> · ${opinion.study.value.title}` : _("Somebody else answered these. You answer blind.")}</p>
        </div>
        ${opinion?.observation.value.documents.length > 0 &&
        html`<button class="button quiet small to-documents" type="button" onClick=${readDocuments}>${_("Documents")} <kbd>d</kbd></button>`}
        ${opinion && html`<button class="button quiet small" type="button" onClick=${skip}>${_("Skip")} <kbd>x</kbd></button>`}
      </header>
      ${opinion ? html`<${Opinion} key=${opinion.place} opinion=${opinion} />` : html`<${None} />`}
    </article>
  `;
});

const Count = seeing(() => ngettext("the last one that waits for you", "{n} wait for you", waitingOpinions.value));

const Opinion = ({ opinion }) => {
  useEffect(() => document.getElementById("conversation-name").focus({ preventScroll: true }), []);
  return html`
    <${Wrong} />
    <div class="observation">
      <h3 class="part-name" id="sees">${_("What the model saw")}</h3>
      <div class="seen" role="region" aria-labelledby="sees" tabindex="0">
        <${Observed} observation=${opinion.observation.value} study=${opinion.study.value} />
      </div>
    </div>
    <${Answer} conversation=${opinion} />
  `;
};

const Wrong = seeing(() => refusal.value && html`<p class="standing" role="alert">${refusal.value.message}</p>`);

const None = seeing(() => {
  if (fetching.value)
    return html`<${Skeleton} />`;
  if (refusal.value)
    return html`
      <div class="past-word">
        <p role="alert">${refusal.value.message}</p>
        <button class="button" type="button" onClick=${nextOpinion}>${_("Try again")}</button>
      </div>
    `;
  return html`
    <div class="past-word">
      <h3>${_("Nothing waits for a second opinion")}</h3>
      <p>
        ${_("Studies may ask that some exchanges, drawn at random, are answered a second time by somebody who doesn't know the first answer. How often both agree says how clear the task is. New ones appear here by themselves.")}
      </p>
      <p><a href="/studio/replies">${_("Or say, blind, which replies you would send.")}</a></p>
    </div>
  `;
});
