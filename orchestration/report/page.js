"use strict";
// Hands each chart the rows of the year and of what else is chosen, with their finding and their table.
(() => {
  const data = JSON.parse(document.getElementById("data").textContent);
  const filters = [...document.querySelectorAll("select[data-filter]")];
  const chosen = Object.fromEntries(filters.map((select) => [select.dataset.filter, select.options[0].value]));
  const datasets = Object.fromEntries(
    Object.entries(data.datasets).map(([name, { columns, rows }]) => [
      name,
      rows.map((row) => Object.fromEntries(columns.map((column, place) => [column, row[place]]))),
    ]),
  );
  const formats = {
    text: (value) => String(value).replaceAll("_", " "),
    number: (value) => Number(value).toLocaleString("en-US", { maximumFractionDigits: 1 }),
    percent: (value) => `${(100 * value).toFixed(1)} %`,
  };
  const views = new Map();

  const element = (tag, text, isNumber) => {
    const made = document.createElement(tag);
    made.textContent = text;
    if (isNumber) made.className = "number";
    return made;
  };

  const table = (chart, rows) => {
    const made = document.createElement("table");
    const head = made.createTHead().insertRow();
    for (const [, title, form] of chart.columns) {
      const cell = element("th", title, form !== "text");
      cell.scope = "col";
      head.append(cell);
    }
    const body = made.createTBody();
    for (const row of rows) {
      const line = body.insertRow();
      for (const [field, , form] of chart.columns) {
        line.append(element("td", row[field] === null ? "–" : formats[form](row[field]), form !== "text"));
      }
    }
    return made;
  };

  const show = async (chart) => {
    const choice = chart.choice ? chosen[chart.choice] : "all";
    const rows = datasets[chart.dataset].filter((row) => row.period === chosen.period && row.choice === choice);
    const title = rows.length ? chart.titles[chosen.period]?.[choice] ?? data.nothing : data.nothing;
    const figure = document.getElementById(`chart-${chart.id}`);
    const place = figure.querySelector(".chart");
    figure.querySelector("figcaption").textContent = title;
    figure.querySelector(".scroll").replaceChildren(table(chart, rows));
    figure.querySelector(".numbers").hidden = !rows.length;
    place.hidden = !rows.length;
    if (!rows.length) return;
    if (!views.has(chart.id)) {
      const spec = { ...chart.spec, datasets: { rows } };
      views.set(chart.id, vegaEmbed(place, spec, { actions: false, renderer: "svg" }));
    }
    const { view } = await views.get(chart.id);
    view.description(`${title}. ${chart.shows} The figures stand in the table below.`);
    await view.data("rows", rows).resize().runAsync();
  };

  const choose = async (name, value) => {
    chosen[name] = value;
    for (const select of filters) if (select.dataset.filter === name) select.value = value;
    const words = filters.find((select) => select.dataset.filter === "period").selectedOptions[0].textContent;
    for (const place of document.querySelectorAll("[data-shows=period]")) place.textContent = words;
    for (const keys of document.querySelectorAll("[data-period]")) keys.hidden = keys.dataset.period !== chosen.period;
    await Promise.all(data.charts.filter((chart) => name === "period" || chart.choice === name).map(show));
    document.documentElement.dataset.drawn = JSON.stringify(chosen);
  };

  for (const select of filters) {
    select.value = chosen[select.dataset.filter]; // a browser that reloads keeps what was chosen before
    select.addEventListener("change", () => choose(select.dataset.filter, select.value));
  }
  const time = document.querySelector("header time");
  const hours = (Date.now() - new Date(time.dateTime)) / 3600000;
  const unit = hours < 48 ? [Math.floor(hours), "hour"] : [Math.floor(hours / 24), "day"];
  const age = unit[0] < 1 ? "less than an hour" : `${unit[0]} ${unit[1]}${unit[0] === 1 ? "" : "s"}`;
  time.after(` (${age} ago)`);
  choose("period", chosen.period);
})();
