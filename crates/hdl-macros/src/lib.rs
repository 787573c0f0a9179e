//! `#[derive(SettlingBlock)]`: rust-hdl's `Block` for blocks that settle by themselves.
//!
//! rust-hdl's own derive updates every block and every signal of the whole design again until nothing changes, and a
//! value crosses one level of hierarchy in each round: many rounds a clock cycle. The derive
//! here visits a block only if one of its inputs moved, and then updates the block and those below it until they are
//! still. Same values (held to rust-hdl's own order by test), same checks, several times the speed.
//!
//! A block in which nothing moved at a clock edge is *still*: until an input moves, the next edge will move nothing either, and
//! is not handed down to the blocks inside. If an input moves later in that cycle, the clocks inside are raised first, without
//! an edge (`Clocked::raise`). A leaf with a clock is still only if its `update` says that it keeps nothing but its
//! outputs (`Activity::rests`).
//!
//! Why registers stay correct: a block's `update` runs before the blocks below it see the clock edge, so every `d` in
//! the design is latched as it was before the edge, whatever the order of the fields.
//!
//! Nothing in a design may depend on the clock being low, so its falling edge moves no logic: `Clocked::fall` lowers
//! every clock signal of the hierarchy and runs no `update`.
//!
//! What a block must have: a field `_activity: Activity`. Fields whose names start with `_` are no hardware. A block
//! without blocks or local signals inside is a leaf: its `update` runs once each time an input moved, so that it may
//! keep state of its own and act on `pos_edge()`.
#![deny(missing_docs)]
use proc_macro::TokenStream;
use quote::quote;
use syn::{Data, DeriveInput, Fields, GenericArgument, Ident, PathArguments, Type};

enum Kind {
    Input,
    Output,
    Local,
    Constant,
    Child,
}

/// The last path segment's name and its first type argument's name: `Signal<In, T>` gives `Signal`, `In`.
fn heads(ty: &Type) -> (String, Option<Type>) {
    let Type::Path(p) = ty else { return (String::new(), None) };
    let Some(segment) = p.path.segments.last() else { return (String::new(), None) };
    let first = match &segment.arguments {
        PathArguments::AngleBracketed(a) => a.args.iter().find_map(|a| match a {
            GenericArgument::Type(t) => Some(t.clone()),
            _ => None,
        }),
        _ => None,
    };
    (segment.ident.to_string(), first)
}

fn kind(ty: &Type) -> Kind {
    match heads(ty) {
        (name, Some(inner)) if name == "Vec" => kind(&inner),
        (name, _) if name == "Constant" => Kind::Constant,
        (name, Some(direction)) if name == "Signal" => match heads(&direction).0.as_str() {
            "In" => Kind::Input,
            "Out" => Kind::Output,
            _ => Kind::Local,
        },
        _ => Kind::Child,
    }
}

/// `Signal<In, Clock>`.
fn is_clock(ty: &Type) -> bool {
    let Type::Path(p) = ty else { return false };
    let Some(PathArguments::AngleBracketed(a)) = p.path.segments.last().map(|s| &s.arguments) else { return false };
    matches!(a.args.last(), Some(GenericArgument::Type(t)) if heads(t).0 == "Clock")
}

/// See the crate's documentation.
#[proc_macro_derive(SettlingBlock)]
pub fn settling_block(tokens: TokenStream) -> TokenStream {
    let input = syn::parse_macro_input!(tokens as DeriveInput);
    let name = &input.ident;
    let fields = match &input.data {
        Data::Struct(s) => match &s.fields {
            Fields::Named(f) => &f.named,
            _ => return error(name, "a block needs named fields"),
        },
        _ => return error(name, "a block is a struct"),
    };
    let mut clocks = vec![];
    let (mut all, mut data, mut outputs, mut locals, mut children) = (vec![], vec![], vec![], vec![], vec![]);
    for f in fields {
        let Some(ident) = f.ident.clone() else { continue };
        if ident.to_string().starts_with('_') {
            continue;
        }
        match kind(&f.ty) {
            Kind::Input if is_clock(&f.ty) => clocks.push(ident.clone()),
            Kind::Input => data.push(ident.clone()),
            Kind::Output => outputs.push(ident.clone()),
            Kind::Local => locals.push(ident.clone()),
            Kind::Child => children.push(ident.clone()),
            Kind::Constant => {}
        }
        all.push(ident);
    }
    let names: Vec<String> = all.iter().map(ToString::to_string).collect();
    // only a kernel may run again: its update has no state
    let rerun = !(locals.is_empty() && children.is_empty());
    // what has no clock keeps nothing
    let plain = clocks.is_empty();
    let (generics, types, bounds) = input.generics.split_for_impl();
    quote! {
        impl #generics block::Block for #name #types #bounds {
            fn connect_all(&mut self) {
                self.connect();
                #(self.#all.connect_all();)*
            }
            fn update_all(&mut self) {
                let mut moved = self._activity.begin();
                #(self.#data.update_all(); moved |= self.#data.has_changed();)*
                let mut edge = false;
                #(
                    self.#clocks.update_all();
                    edge |= self.#clocks.pos_edge();
                    moved |= self.#clocks.has_changed() && !self.#clocks.pos_edge();
                )*
                if !moved && !(edge && !self._activity.skips()) {
                    return;
                }
                if self._activity.take_skipped() && (false #(|| self.#clocks.val().clk)*) {
                    #(crate::activity::Clocked::raise(&mut self.#children);)*
                }
                self._activity.runs();
                let alone = edge && !moved;
                for round in 0..crate::activity::ROUNDS {
                    self.update();
                    let mut again = false;
                    let mut shown = false;
                    #(self.#locals.update_all(); again |= self.#locals.has_changed();)*
                    #(self.#outputs.update_all(); shown |= self.#outputs.has_changed();)*
                    #(self.#children.update_all(); again |= self.#children.has_changed();)*
                    self._activity.show(shown);
                    if !(#rerun && (again || shown)) {
                        if alone && round == 0 && !again && !shown {
                            self._activity.settles(#rerun #(&& crate::activity::Clocked::still(&self.#children))*);
                        }
                        return;
                    }
                }
                self._activity.restless();
            }
            fn has_changed(&self) -> bool {
                self._activity.shown()
            }
            fn accept(&self, name: &str, probe: &mut dyn probe::Probe) {
                probe.visit_start_scope(name, self);
                #(self.#all.accept(#names, probe);)*
                probe.visit_end_scope(name, self);
            }
        }
        impl #generics crate::activity::Clocked for #name #types #bounds {
            fn fall(&mut self) {
                #(self.#clocks.next = Clock { clk: false }; self.#clocks.update_all();)*
                if !self._activity.take_skipped() {
                    #(self.#children.fall();)*
                }
            }
            fn raise(&mut self) {
                #(
                    self.#clocks.next = Clock { clk: true };
                    self.#clocks.update_all();
                    // the edge was: nobody is to see it now
                    self.#clocks.update_all();
                )*
                #(self.#children.raise();)*
            }
            fn still(&self) -> bool {
                #plain || self._activity.still()
            }
        }
    }
    .into()
}

fn error(name: &Ident, message: &str) -> TokenStream {
    syn::Error::new(name.span(), message).to_compile_error().into()
}
