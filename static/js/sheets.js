/* Sheets: a row copied, rows pasted from a spreadsheet, sums and capitals told beside what is typed. */
(function () {
  "use strict";

  function fieldsOf(row) {
    return Array.from(row.querySelectorAll("input:not([type=hidden]):not([type=checkbox]), select, textarea"));
  }

  function changed(field) {
    field.dispatchEvent(new Event("input", { bubbles: true }));
  }

  function addRow(sheet) {
    sheet.querySelector('[data-do="add-row"]').click();
    return sheet.querySelector("tbody").lastElementChild;
  }

  function isBlank(row) {
    return fieldsOf(row).every(function (field) {
      return field.tagName === "SELECT" || !field.value.trim();
    });
  }

  /* The rows to write into: those that follow, then new ones; the server refuses more than it keeps. */
  function rowAfter(sheet, row) {
    return row.nextElementSibling || addRow(sheet);
  }

  function set(field, value) {
    if (field.tagName !== "SELECT") field.value = value;
    else {
      const option = Array.from(field.options).find(function (one) {
        return one.value === value || one.textContent.trim() === value;
      });
      if (option) field.value = option.value;
    }
  }

  /* ---------- A sheet nothing asks for shows its head until it is wanted ---------- */
  document.addEventListener(
    "click",
    function (event) {
      const control = event.target.closest('[data-do="add-row"]');
      const sheet = control && control.closest(".is-folded");
      if (!sheet) return;
      sheet.classList.remove("is-folded");
      event.stopPropagation();
      fieldsOf(sheet.querySelector("tbody tr"))[0].focus();
    },
    true
  );

  /* ---------- Copy a row ---------- */
  document.addEventListener("click", function (event) {
    const control = event.target.closest('[data-do="copy-row"]');
    if (!control) return;
    const row = control.closest("tr");
    const sheet = control.closest("[data-sheet]");
    const last = sheet.querySelector("tbody").lastElementChild;
    const fresh = last !== row && isBlank(last) ? last : addRow(sheet);
    const from = fieldsOf(row);
    fieldsOf(fresh).forEach(function (field, place) {
      field.value = from[place].value;
      changed(field);
    });
    fieldsOf(fresh)[0].focus();
  });

  /* ---------- Paste from a spreadsheet ---------- */
  function cells(text) {
    const lines = text.replace(/\r\n?/g, "\n").replace(/\n$/, "").split("\n");
    return lines.map(function (line) {
      return line.split("\t").map(function (cell) {
        return cell.trim();
      });
    });
  }

  document.addEventListener("paste", function (event) {
    const field = event.target.closest && event.target.closest("[data-sheet] .cell");
    const text = field && event.clipboardData ? event.clipboardData.getData("text/plain") : "";
    if (text.indexOf("\t") < 0) return;
    event.preventDefault();
    const sheet = field.closest("[data-sheet]");
    let row = field.closest("tr");
    const start = fieldsOf(row).indexOf(field);
    cells(text).forEach(function (line, place) {
      if (place) row = rowAfter(sheet, row);
      const fields = fieldsOf(row);
      line.forEach(function (value, column) {
        const into = fields[start + column];
        if (!into) return;
        set(into, value);
        changed(into);
      });
    });
    field.focus();
  });

  /* ---------- Capitals beside amounts ---------- */
  const DIGITS = "零壹贰叁肆伍陆柒捌玖";
  const UNITS = { "": 0, 万: 4, 亿: 8 };

  function half(text) {
    return text.replace(/[\uff01-\uff5e]/g, function (sign) {
      return String.fromCharCode(sign.charCodeAt(0) - 0xfee0);
    });
  }

  /* An amount as digits: [yuan, two decimals], or null for what is not one. */
  function amount(text) {
    const found = /^([\d,]{1,24})(?:\.(\d+))?\s*(万|亿|)元?$/.exec(half(text).trim());
    if (!found) return null;
    const shift = UNITS[found[3]];
    const decimals = (found[2] || "").padEnd(shift + 2, "0");
    const whole = (found[1].replace(/,/g, "") + decimals.slice(0, shift)).replace(/^0+(?=\d)/, "");
    return whole.length > 16 ? null : [whole, decimals.slice(shift, shift + 2)];
  }

  function group(digits) {
    let text = "";
    let gap = false;
    digits
      .padStart(4, "0")
      .split("")
      .forEach(function (digit, place) {
        if (digit === "0") {
          gap = Boolean(text);
          return;
        }
        text += (gap ? "零" : "") + DIGITS[Number(digit)] + ["仟", "佰", "拾", ""][place];
        gap = false;
      });
    return text;
  }

  function capitals(yuan, small) {
    const groups = [];
    for (let rest = yuan; rest; rest = rest.slice(0, -4)) groups.push(rest.slice(-4));
    let text = "";
    for (let place = groups.length - 1; place >= 0; place -= 1) {
      const value = Number(groups[place]);
      if (value) {
        const skipped = text && (value < 1000 || (groups[place + 1] && Number(groups[place + 1]) === 0));
        text += (skipped ? "零" : "") + group(groups[place]) + ["", "万", "亿", "万亿"][place];
      }
    }
    const jiao = Number(small[0]);
    const fen = Number(small[1]);
    const whole = text || (!jiao && !fen ? "零" : "");
    let out = whole ? whole + "元" : "";
    if (!jiao && !fen) return out + "整";
    out += jiao ? DIGITS[jiao] + "角" : text ? "零" : "";
    return out + (fen ? DIGITS[fen] + "分" : "整");
  }

  function say(note, text) {
    note.querySelector("span").textContent = text;
    note.hidden = !text;
  }

  /* The amounts of the facts: a unit that is typed goes before the one that is chosen. */
  document.querySelectorAll("[data-capitals]").forEach(function (note) {
    const fields = note.closest("form").elements;
    function tell() {
      const kind = fields.namedItem("amount_kind").value;
      const inWan = fields.namedItem("amount_unit").value === "wan";
      const shown = { none: [], range: ["amount_low", "amount_high"] }[kind] || ["amount_low"];
      const words = shown.map(function (name) {
        const typed = half(fields.namedItem(name).value).trim();
        const found = amount(inWan && typed && !/[万亿元]/.test(typed) ? typed + "万" : typed);
        return found ? capitals(found[0], found[1]) : "";
      });
      say(note, words.filter(Boolean).join(" — "));
    }
    note.closest("form").addEventListener("input", tell);
    note.closest("form").addEventListener("change", tell);
    tell();
  });

  /* ---------- Sums beside targets ---------- */
  function numberIn(row, name) {
    const field = row.querySelector('[name$="-' + name + '"]');
    const text = field ? half(field.value).replace(/,/g, "").trim() : "";
    return /^[+-]?\d+(\.\d+)?$/.test(text) ? Math.round(Number(text) * 100) : null;
  }

  function terms(text) {
    const plain = half(text).replace(/(\d),(?=\d{3}(?!\d))/g, "$1").trim();
    if (/^[+-]?[\d.]+([+-][\d.]+)+$/.test(plain)) return plain.match(/[+-]?[\d.]+/g).map(Number);
    return plain
      .split(/[;,、\n]|(?:\d|\s)\+/)
      .filter(function (part) {
        return part.trim();
      })
      .map(function (part) {
        const found = /([+-]?\d+(?:\.\d+)?)\D{0,4}$/.exec(part.trim());
        return found ? Number(found[1]) : NaN;
      });
  }

  function sum(note, row, text) {
    const icon = note.querySelector("svg");
    if (icon) icon.remove();
    note.classList.remove("sum--off");
    const parts = terms(text);
    const goal = numberIn(row, "goal");
    if (parts.length < 2 || parts.some(Number.isNaN)) {
      say(note, "");
      return;
    }
    const total = parts.reduce(function (all, part) {
      return all + Math.round(part * 100);
    }, 0);
    const off = goal === null ? 0 : goal - (numberIn(row, "baseline") || 0) - total;
    note.classList.toggle("sum--off", off !== 0);
    const words = off ? " ≠ " + (total + off) / 100 : "";
    say(note, parts.join("+").replace(/\+-/g, "-") + " = " + total / 100 + words);
  }

  document.addEventListener("input", function (event) {
    const field = event.target;
    const row = field.closest && field.closest("[data-sheet] tr");
    if (!row) return;
    if (field.type === "checkbox") row.classList.toggle("is-gone", field.checked);
    const cell = field.closest("td.is-need, td.is-hint");
    const filled = cell && Array.from(cell.querySelectorAll("input, textarea, select")).every(function (one) {
      return one.type === "hidden" || one.value.trim();
    });
    if (filled) cell.classList.remove("is-need", "is-hint");
    row.querySelectorAll("[data-note]").forEach(function (note) {
      const of = note.parentElement.querySelector("input, textarea");
      if (note.dataset.note === "sum") {
        if (of === field || /-(goal|baseline)$/.test(field.name)) sum(note, row, of.value);
      } else if (of === field) {
        const found = amount(field.value);
        say(note, found ? capitals(found[0], found[1]) : "");
      }
    });
  });
})();
