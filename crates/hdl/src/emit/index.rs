//! Integer arithmetic inside `[..]`: hdl_gen leaves an array index as text, such as `s*16+l`.

/// Value of `text`, with the loop variables given by `lookup`.
pub(super) fn value(text: &str, lookup: &dyn Fn(&str) -> Option<i128>) -> Result<usize, String> {
    let mut p = Parser { rest: text.trim(), lookup };
    let v = p.sum().filter(|_| p.rest.is_empty()).ok_or(format!("array index `{text}` is not constant"))?;
    usize::try_from(v).map_err(|_| format!("array index `{text}` is {v}"))
}

struct Parser<'a> {
    rest: &'a str,
    lookup: &'a dyn Fn(&str) -> Option<i128>,
}

impl Parser<'_> {
    fn eat(&mut self, symbols: &str) -> Option<char> {
        let c = self.rest.chars().next().filter(|c| symbols.contains(*c))?;
        self.rest = self.rest[1..].trim_start();
        Some(c)
    }
    fn sum(&mut self) -> Option<i128> {
        let mut v = self.product()?;
        while let Some(op) = self.eat("+-") {
            let r = self.product()?;
            v = if op == '+' { v.checked_add(r)? } else { v.checked_sub(r)? };
        }
        Some(v)
    }
    fn product(&mut self) -> Option<i128> {
        let mut v = self.atom()?;
        while let Some(op) = self.eat("*/%") {
            let r = self.atom()?;
            v = match op {
                '*' => v.checked_mul(r)?,
                '/' => v.checked_div(r)?,
                _ => v.checked_rem(r)?,
            };
        }
        Some(v)
    }
    fn atom(&mut self) -> Option<i128> {
        if self.eat("(").is_some() {
            let v = self.sum()?;
            return self.eat(")").map(|_| v);
        }
        let end = self.rest.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(self.rest.len());
        let (word, rest) = self.rest.split_at(end);
        self.rest = rest.trim_start();
        word.trim_end_matches("usize").parse().ok().or_else(|| (self.lookup)(word))
    }
}

#[cfg(test)]
mod tests {
    use super::value;

    fn at(text: &str) -> Result<usize, String> {
        value(text, &|x| match x {
            "i" => Some(3),
            "l" => Some(5),
            _ => None,
        })
    }
    #[test]
    fn arithmetic_binds_as_in_rust() {
        assert_eq!(at("i"), Ok(3));
        assert_eq!(at("i*16+l"), Ok(53));
        assert_eq!(at("(i+1)*2-l"), Ok(3));
        assert_eq!(at("10 - i - l"), Ok(2));
        assert_eq!(at("l/2%2"), Ok(0));
        assert_eq!(at("7usize"), Ok(7));
    }
    #[test]
    fn what_is_not_a_constant_index_is_refused() {
        for text in ["_n-1", "i-4", "", "i+", "a[i]", "1/0"] {
            assert!(at(text).is_err(), "{text}");
        }
    }
}
