/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "chord-latex-symbols.h"

#include <stdlib.h>
#include <string.h>

typedef struct
{
  const char *command;
  const char *text;
} Symbol;

/* In the order of strcmp, for a binary search. */
static const Symbol symbols[] = {
  { "#", "#" },
  { "$", "$" },
  { "%", "%" },
  { "&", "&" },
  { "Delta", "Δ" },
  { "Gamma", "Γ" },
  { "Im", "ℑ" },
  { "Lambda", "Λ" },
  { "Leftarrow", "⇐" },
  { "Leftrightarrow", "⇔" },
  { "Longleftrightarrow", "⟺" },
  { "Longrightarrow", "⟹" },
  { "Omega", "Ω" },
  { "Phi", "Φ" },
  { "Pi", "Π" },
  { "Psi", "Ψ" },
  { "Re", "ℜ" },
  { "Rightarrow", "⇒" },
  { "Sigma", "Σ" },
  { "Theta", "Θ" },
  { "Upsilon", "Υ" },
  { "Vert", "‖" },
  { "Xi", "Ξ" },
  { "_", "_" },
  { "aleph", "ℵ" },
  { "alpha", "α" },
  { "angle", "∠" },
  { "approx", "≈" },
  { "ast", "∗" },
  { "because", "∵" },
  { "beta", "β" },
  { "bigcap", "⋂" },
  { "bigcup", "⋃" },
  { "bigoplus", "⨁" },
  { "bigotimes", "⨂" },
  { "blacksquare", "■" },
  { "bot", "⊥" },
  { "bullet", "•" },
  { "cap", "∩" },
  { "cdot", "·" },
  { "cdots", "⋯" },
  { "checkmark", "✓" },
  { "chi", "χ" },
  { "circ", "∘" },
  { "clubsuit", "♣" },
  { "colon", ":" },
  { "complement", "∁" },
  { "cong", "≅" },
  { "coprod", "∐" },
  { "cup", "∪" },
  { "dagger", "†" },
  { "ddots", "⋱" },
  { "degree", "°" },
  { "delta", "δ" },
  { "diamond", "⋄" },
  { "div", "÷" },
  { "dots", "…" },
  { "dotsb", "⋯" },
  { "dotsc", "…" },
  { "downarrow", "↓" },
  { "ell", "ℓ" },
  { "emptyset", "∅" },
  { "epsilon", "ε" },
  { "equiv", "≡" },
  { "eta", "η" },
  { "exists", "∃" },
  { "forall", "∀" },
  { "gamma", "γ" },
  { "ge", "≥" },
  { "geq", "≥" },
  { "gets", "←" },
  { "gg", "≫" },
  { "gt", ">" },
  { "hbar", "ℏ" },
  { "heartsuit", "♥" },
  { "hookrightarrow", "↪" },
  { "iff", "⟺" },
  { "iiint", "∭" },
  { "iint", "∬" },
  { "imath", "ı" },
  { "implies", "⟹" },
  { "in", "∈" },
  { "infty", "∞" },
  { "int", "∫" },
  { "iota", "ι" },
  { "kappa", "κ" },
  { "lVert", "‖" },
  { "lambda", "λ" },
  { "land", "∧" },
  { "langle", "⟨" },
  { "lbrace", "{" },
  { "lceil", "⌈" },
  { "ldots", "…" },
  { "le", "≤" },
  { "leftarrow", "←" },
  { "leftrightarrow", "↔" },
  { "leq", "≤" },
  { "lfloor", "⌊" },
  { "ll", "≪" },
  { "lnot", "¬" },
  { "longrightarrow", "⟶" },
  { "lor", "∨" },
  { "lt", "<" },
  { "lvert", "|" },
  { "mapsto", "↦" },
  { "mid", "∣" },
  { "models", "⊨" },
  { "mp", "∓" },
  { "mu", "μ" },
  { "nabla", "∇" },
  { "ne", "≠" },
  { "neg", "¬" },
  { "neq", "≠" },
  { "nexists", "∄" },
  { "ni", "∋" },
  { "not", "¬" },
  { "notin", "∉" },
  { "nu", "ν" },
  { "odot", "⊙" },
  { "oint", "∮" },
  { "omega", "ω" },
  { "ominus", "⊖" },
  { "oplus", "⊕" },
  { "otimes", "⊗" },
  { "parallel", "∥" },
  { "partial", "∂" },
  { "perp", "⊥" },
  { "phi", "φ" },
  { "pi", "π" },
  { "pm", "±" },
  { "prec", "≺" },
  { "prime", "′" },
  { "prod", "∏" },
  { "propto", "∝" },
  { "psi", "ψ" },
  { "qquad", "\u2003\u2003" },
  { "quad", "\u2003" },
  { "rVert", "‖" },
  { "rangle", "⟩" },
  { "rbrace", "}" },
  { "rceil", "⌉" },
  { "rfloor", "⌋" },
  { "rho", "ρ" },
  { "rightarrow", "→" },
  { "rightleftharpoons", "⇌" },
  { "rvert", "|" },
  { "setminus", "∖" },
  { "sigma", "σ" },
  { "sim", "∼" },
  { "simeq", "≃" },
  { "spadesuit", "♠" },
  { "sqcap", "⊓" },
  { "sqcup", "⊔" },
  { "square", "□" },
  { "star", "⋆" },
  { "subset", "⊂" },
  { "subseteq", "⊆" },
  { "subsetneq", "⊊" },
  { "succ", "≻" },
  { "sum", "∑" },
  { "supset", "⊃" },
  { "supseteq", "⊇" },
  { "tau", "τ" },
  { "therefore", "∴" },
  { "theta", "θ" },
  { "times", "×" },
  { "to", "→" },
  { "top", "⊤" },
  { "triangle", "△" },
  { "uparrow", "↑" },
  { "upsilon", "υ" },
  { "varepsilon", "ε" },
  { "varnothing", "∅" },
  { "varphi", "φ" },
  { "varrho", "ϱ" },
  { "varsigma", "ς" },
  { "vartheta", "ϑ" },
  { "vdash", "⊢" },
  { "vdots", "⋮" },
  { "vee", "∨" },
  { "vert", "|" },
  { "wedge", "∧" },
  { "wp", "℘" },
  { "xi", "ξ" },
  { "zeta", "ζ" },
  { "{", "{" },
  { "|", "‖" },
  { "}", "}" },
};

static const Symbol accents[] = {
  { "acute", "\u0301" },
  { "bar", "\u0304" },
  { "breve", "\u0306" },
  { "check", "\u030c" },
  { "ddot", "\u0308" },
  { "dot", "\u0307" },
  { "grave", "\u0300" },
  { "hat", "\u0302" },
  { "mathring", "\u030a" },
  { "overline", "\u0305" },
  { "tilde", "\u0303" },
  { "underline", "\u0332" },
  { "vec", "\u20d7" },
  { "widehat", "\u0302" },
  { "widetilde", "\u0303" },
};

static int
compare (const void *command, const void *symbol)
{
  return strcmp (command, ((const Symbol *) symbol)->command);
}

const char *
chord_latex_symbol (const char *command)
{
  const Symbol *found = bsearch (command, symbols, G_N_ELEMENTS (symbols), sizeof *symbols,
                                 compare);

  return found ? found->text : NULL;
}

const char *
chord_latex_accent (const char *command)
{
  const Symbol *found = bsearch (command, accents, G_N_ELEMENTS (accents), sizeof *accents,
                                 compare);

  return found ? found->text : NULL;
}

gboolean
chord_latex_is_function (const char *command)
{
  static const char *const functions[] = {
    "arccos", "arcsin", "arctan", "arg", "cos",    "cosh", "cot", "coth", "csc", "deg",
    "det",    "dim",    "exp",    "gcd", "hom",    "inf",  "ker", "lcm",  "lg",  "lim",
    "liminf", "limsup", "ln",     "log", "max",    "min",  "mod", "Pr",   "sec", "sin",
    "sinh",   "sup",    "tan",    "tanh", "argmax", "argmin", NULL,
  };

  return g_strv_contains (functions, command);
}

/* Finds a character in a string and gives the one at the same place in another. */
static gunichar
translate (gunichar c, const char *from, const char *to)
{
  const char *found = g_utf8_strchr (from, -1, c);

  if (found == NULL)
    return 0;
  return g_utf8_get_char (g_utf8_offset_to_pointer (to, g_utf8_pointer_to_offset (from, found)));
}

gunichar
chord_latex_superscript (gunichar c)
{
  return translate (c, "0123456789+-−=()abcdefghijklmnoprstuvwxyzTABDEGHIJKLMNOPRUVWβγδθ′∗ ",
                    "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻⁼⁽⁾ᵃᵇᶜᵈᵉᶠᵍʰⁱʲᵏˡᵐⁿᵒᵖʳˢᵗᵘᵛʷˣʸᶻᵀᴬᴮᴰᴱᴳᴴᴵᴶᴷᴸᴹᴺᴼᴾᴿᵁⱽᵂᵝᵞᵟᶿ′* ");
}

gunichar
chord_latex_subscript (gunichar c)
{
  return translate (c, "0123456789+-−=()aehijklmnoprstuvxβγρφχ ",
                    "₀₁₂₃₄₅₆₇₈₉₊₋₋₌₍₎ₐₑₕᵢⱼₖₗₘₙₒₚᵣₛₜᵤᵥₓᵦᵧᵨᵩᵪ ");
}

gunichar
chord_latex_double_struck (gunichar c)
{
  gunichar special = translate (c, "CHNPQRZ", "ℂℍℕℙℚℝℤ");

  if (special)
    return special;
  if (c >= 'A' && c <= 'Z')
    return 0x1d538 + c - 'A';
  if (c >= '0' && c <= '9')
    return 0x1d7d8 + c - '0';
  return c;
}
