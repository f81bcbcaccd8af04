"""The editor of a tender document: all its forms as one, read and blamed together. What is wrong is said by the rules, at the
field, and a draft with faults can always be saved."""

import datetime as dt
import json
from collections.abc import Mapping
from typing import Any

from django import forms
from django.forms import BaseFormSet, formset_factory

from runtime.clock import BEIJING, stamp
from runtime.refusal import Blocker
from runtime.spoken import spoken
from tendering.rules.methods.schema import Kind
from tendering.rules.templates import templates
from tendering.web.document_fields import FLAGS, LIST_TITLES, ROWS, TermsForm, renamed, rows_initial, terms_initial


def whole(text: str) -> int | str:
    """A number where it is one, else what was typed: the rules will say so."""
    return int(text) if text.strip().isdigit() else text


class DocumentEditor:
    """All forms of one document, bound or with the draft's content."""

    def __init__(
        self, content: Mapping[str, Any], plan: Mapping[str, Any], trustees: list[str] | None, data: Any = None
    ) -> None:
        """`trustees` None: they stand and are not asked for (a later version)."""
        self.content = content
        template = templates().get(str(content.get("template")), {})
        self.terms = TermsForm(template, data, initial=terms_initial(content, plan))
        initial = {**rows_initial(content), "trustees": [{"party": number} for number in trustees or []]}
        self.lists: dict[str, BaseFormSet] = {
            name: formset_factory(form, extra=1, can_delete=True, max_num=200)(data, initial=initial[name], prefix=name)
            for name, form in ROWS.items()
            if name != "trustees" or trustees is not None
        }

    def is_valid(self) -> bool:
        """Only what no reading can save makes it invalid: a moment that is none, tampered row counts."""
        return self.terms.is_valid() and all(rows.is_valid() for rows in self.lists.values())

    @property
    def tables(self) -> list[dict[str, Any]]:
        return [{"key": name, "title": LIST_TITLES[name], "rows": rows} for name, rows in self.lists.items()]

    def rows(self, name: str) -> list[dict[str, Any]]:
        """The rows that say anything and are not struck out."""
        found = []
        for form in self.lists[name].forms:
            row = {key: value for key, value in form.cleaned_data.items() if key != "DELETE"}
            said = {
                key: value
                for key, value in row.items()
                if key not in FLAGS and form.fields[key].__class__ is forms.CharField
            }
            if not form.cleaned_data.get("DELETE") and (any(said.values()) or row.get("party")):
                found.append(row)
        return found

    def trustees(self) -> list[str]:
        """Numbers by place."""
        return [row["party"].number for row in self.rows("trustees") if row.get("party")]

    def plan(self) -> dict[str, Any]:
        data = self.terms.cleaned_data
        return {name: stamp(_in_beijing(data[name])) for name in TermsForm.TIMES if data[name]}

    def patch(self) -> dict[str, Any]:
        data = self.terms.cleaned_data
        old = self.content
        decryption = {name: data[name] for name in ("mode", "below_three")}
        decryption |= {name: whole(data[name]) for name in TermsForm.DECRYPTION if name not in decryption}
        committee = {"size": whole(data["size"]), "tenderer_members": whole(data["tenderer_members"] or "0")}
        committee |= {"specialty": data["specialty"], "venues": data["venues"].split()}
        size = whole(data["bid_bytes"])
        return {
            "fields": {key: data[f"field_{key}"] for key in self.terms.own},
            "qualifications": [line.strip() for line in data["qualifications"].splitlines() if line.strip()],
            "decryption": {**(old.get("decryption") or {}), **decryption},
            "committee": {**(old.get("committee") or {}), **committee},
            "limits": {"bid_bytes": size * 1024 * 1024 if isinstance(size, int) else size},
            "parts": [renamed(row, "media_type", "media") for row in self.rows("parts")],
            "opening_items": [_said(row, "unit") for row in self.rows("opening_items")],
            "chapters": self.rows("chapters") or None,
            "method": self._method(data),
        }

    def _method(self, data: Mapping[str, Any]) -> dict[str, Any]:
        """What the form does not show (deductions, trim steps, tie) stays as it was."""
        method: dict[str, Any] = {**(self.content.get("method") or {}), "kind": data["kind"]}
        scored = data["kind"] != Kind.LOWEST_EVALUATED.value
        method["price_weight"] = data["price_weight"] if scored else "0"
        method["items"] = [_said(row, "note", "objective") for row in self.rows("items")] if scored else []
        method["review"] = self.rows("review")
        if data["price_hidden"] or "price_hidden" in method:
            method["price_hidden"] = data["price_hidden"]
        if data["kind"] == Kind.BENCHMARK.value:
            old = method.get("price") or {"trim": []}
            k = data["float_k"]
            method["price"] = {**old, "above": data["above"], "below": data["below"], "k": _json_or_text(k)}
        else:
            method.pop("price", None)
        if data["abnormally_low"]:
            method.setdefault("abnormally_low", {"mean": "50", "second_lowest": "50", "ceiling": "45"})
        else:
            method.pop("abnormally_low", None)
        return method

    def blame(self, blockers: list[Blocker]) -> list[dict[str, Any]]:
        """Puts each reason at its field and hands all back in words, with the field's id as `anchor` where it has one."""
        said = spoken(blockers)
        for reason in said:
            form, name = self._field_of(str(reason["place"]))
            if form is not None and name in form.fields:
                _blamable(form).add_error(name, str(reason["message"]))
                reason["anchor"] = form[name].id_for_label
        return said

    def _field_of(self, place: str) -> tuple[forms.Form | None, str]:
        way = place.split(".")
        if way[0] in ("parts", "opening_items", "chapters") and len(way) == 3 and way[1].isdigit():
            return self._row(way[0], int(way[1])), {"media": "media_type"}.get(way[2], way[2])
        if way[0] == "method" and len(way) >= 3 and way[1] in ("items", "review"):
            return self._method_row(way[1], way[2]), way[3] if len(way) > 3 else "max"
        names = {
            "fields": f"field_{way[-1]}",
            "times": way[-1],
            "decryption": way[-1],
            "committee": way[-1],
            "qualifications": "qualifications",
            "limits": "bid_bytes",
            "method": {"price": {"k": "float_k"}.get(way[-1], way[-1])}.get(way[1] if len(way) > 1 else "", way[-1]),
        }
        return self.terms, names.get(way[0], "")

    def _row(self, name: str, number: int) -> forms.Form | None:
        kept = [form for form in self.lists[name].forms if not _is_empty(form)]
        return kept[number] if number < len(kept) else None

    def _method_row(self, name: str, key: str) -> forms.Form | None:
        """Rules name a row by its number or, once it has one, by its key."""
        if key.isdigit():
            return self._row(name, int(key))
        return next((form for form in self.lists[name].forms if form["key"].value() == key), None)


def _blamable(form: forms.Form) -> forms.Form:
    """A form that only shows the draft takes errors like one that was sent."""
    if not form.is_valid() and not hasattr(form, "cleaned_data"):
        form.cleaned_data = {}
    return form


def _said(row: Mapping[str, Any], *silent: str) -> dict[str, Any]:
    """The row without the keys that say nothing when they are empty."""
    return {key: value for key, value in row.items() if value or key not in silent}


def _is_empty(form: forms.Form) -> bool:
    return not any(form[name].value() for name in form.fields if form.fields[name].__class__ is forms.CharField)


def _json_or_text(text: str) -> Any:
    """K as a number, or a range `{"least", "most", "step"}` as the template wrote it."""
    if text.strip().startswith("{"):
        try:
            return json.loads(text)
        except ValueError:
            return text
    return text


def _in_beijing(moment: dt.datetime) -> dt.datetime:
    """Forms give moments in the active zone, which is Beijing's."""
    return moment if moment.tzinfo else moment.replace(tzinfo=BEIJING)
