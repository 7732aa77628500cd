//! Vectors whose clones share what they agree in.
//!
//! A body of many blocks has many states, and neighbours differ in a few entries. The entries stand in chunks, the chunks in
//! pages; a clone copies the list of pages, a change the one chunk and page that it is in, and a join passes over what is one.
//! What is never set has the default, and takes no room.

use std::rc::Rc;

use rustc_hash::FxHashMap;

/// Entries in one chunk, and chunks in one page.
const WIDTH: usize = 32;
const PAGE: usize = WIDTH * WIDTH;

type Chunk<T> = [T; WIDTH];
type Page<T> = [Option<Rc<Chunk<T>>>; WIDTH];

/// A vector as described above.
#[derive(Debug)]
pub struct Shared<T> {
    pages: Vec<Option<Rc<Page<T>>>>,
}

impl<T> Default for Shared<T> {
    fn default() -> Self {
        Self { pages: Vec::new() }
    }
}

impl<T> Clone for Shared<T> {
    fn clone(&self) -> Self {
        Self { pages: self.pages.clone() }
    }
}

/// Pages that a change was made to before, and what came of it: one change of many states is made once for what they share.
#[derive(Debug)]
pub struct Memo<T, M = ()> {
    pages: FxHashMap<usize, Known<T, M>>,
}

/// A page before and after (`None`: as before), and what else was noted of it. The page before is kept so that no other takes
/// its address.
#[derive(Debug)]
struct Known<T, M> {
    _before: Rc<Page<T>>,
    after: Option<Rc<Page<T>>>,
    noted: Rc<[M]>,
}

impl<T, M> Default for Memo<T, M> {
    fn default() -> Self {
        Self { pages: FxHashMap::default() }
    }
}

fn is_one<T>(left: Option<&Rc<T>>, right: Option<&Rc<T>>) -> bool {
    match (left, right) {
        (None, None) => true,
        (Some(left), Some(right)) => Rc::ptr_eq(left, right),
        _ => false,
    }
}

fn entries<T>(pages: &[Option<Rc<Page<T>>>]) -> impl Iterator<Item = (usize, &T)> {
    pages.iter().enumerate().filter_map(|(at, page)| page.as_ref().map(|page| (at * PAGE, page))).flat_map(
        |(first, page)| {
            let chunks = page.iter().enumerate();
            chunks
                .filter_map(move |(at, chunk)| chunk.as_ref().map(|chunk| (first + at * WIDTH, chunk)))
                .flat_map(|(first, chunk)| chunk.iter().enumerate().map(move |(at, entry)| (first + at, entry)))
        },
    )
}

impl<T: Clone + Default + PartialEq> Shared<T> {
    /// An entry, if it was ever set.
    #[must_use]
    pub fn get(&self, index: usize) -> Option<&T> {
        let page = self.pages.get(index / PAGE)?.as_ref()?;
        let chunk = page[index % PAGE / WIDTH].as_ref()?;
        Some(&chunk[index % WIDTH])
    }

    /// An entry, to be changed.
    pub fn entry(&mut self, index: usize) -> &mut T {
        let at = index / PAGE;
        if at >= self.pages.len() {
            self.pages.resize_with(at + 1, || None);
        }
        let page = Rc::make_mut(self.pages[at].get_or_insert_with(|| Rc::new([const { None }; WIDTH])));
        let chunk = page[index % PAGE / WIDTH].get_or_insert_with(|| Rc::new(std::array::from_fn(|_| T::default())));
        &mut Rc::make_mut(chunk)[index % WIDTH]
    }

    /// All entries that may differ from the default, with their positions.
    pub fn entries(&self) -> impl Iterator<Item = (usize, &T)> {
        entries(&self.pages)
    }

    /// Replaces each entry in which two vectors differ by what `join` makes of its position, the own entry and the other
    /// (`None`: as before); says whether any changed.
    pub fn join(&mut self, other: &Self, mut join: impl FnMut(usize, &T, &T) -> Option<T>) -> bool {
        let default = T::default();
        let mut joined: Vec<(usize, T)> = Vec::new();
        for at in 0..self.pages.len().max(other.pages.len()) {
            let mine = self.pages.get(at).and_then(Option::as_ref);
            let theirs = other.pages.get(at).and_then(Option::as_ref);
            if is_one(mine, theirs) {
                continue;
            }
            for within in 0..WIDTH {
                let mine = mine.and_then(|page| page[within].as_ref());
                let theirs = theirs.and_then(|page| page[within].as_ref());
                if is_one(mine, theirs) {
                    continue;
                }
                let first = at * PAGE + within * WIDTH;
                for index in 0..WIDTH {
                    let old = mine.map_or(&default, |chunk| &chunk[index]);
                    let new = theirs.map_or(&default, |chunk| &chunk[index]);
                    if old != new
                        && let Some(entry) = join(first + index, old, new)
                    {
                        joined.push((first + index, entry));
                    }
                }
            }
        }
        let changed = !joined.is_empty();
        for (index, entry) in joined {
            *self.entry(index) = entry;
        }
        changed
    }

    /// Replaces each entry that was set by what `change` makes of it (`None`: as before). `change` may note things; what it
    /// noted, now or when it saw the same page before, is given to `take`.
    pub fn change<M>(
        &mut self,
        memo: &mut Memo<T, M>,
        mut change: impl FnMut(usize, &T, &mut Vec<M>) -> Option<T>,
        mut take: impl FnMut(&M),
    ) {
        for (at, slot) in self.pages.iter_mut().enumerate() {
            let Some(page) = slot else { continue };
            let address = Rc::as_ptr(page).addr();
            let known = memo.pages.entry(address).or_insert_with(|| {
                let before = Rc::clone(page);
                let mut after: Option<Page<T>> = None;
                let mut noted = Vec::new();
                for (within, chunk) in before.iter().enumerate() {
                    let Some(chunk) = chunk else { continue };
                    for (index, entry) in chunk.iter().enumerate() {
                        if let Some(new) = change(at * PAGE + within * WIDTH + index, entry, &mut noted) {
                            let page = after.get_or_insert_with(|| Page::clone(&before));
                            if let Some(chunk) = &mut page[within] {
                                Rc::make_mut(chunk)[index] = new;
                            }
                        }
                    }
                }
                Known { after: after.map(Rc::new), noted: noted.into(), _before: before }
            });
            known.noted.iter().for_each(&mut take);
            if let Some(after) = &known.after {
                *page = Rc::clone(after);
            }
        }
    }
}

impl<T: Clone + Default + PartialEq> PartialEq for Shared<T> {
    fn eq(&self, other: &Self) -> bool {
        !self.clone().join(other, |_, _, new| Some(new.clone()))
    }
}

#[cfg(test)]
mod tests {
    use super::{Memo, Shared};

    #[test]
    fn a_change_is_seen_in_one_vector_alone() {
        let mut first: Shared<u32> = Shared::default();
        *first.entry(3) = 1;
        let second = first.clone();
        *first.entry(5000) = 7;
        assert_eq!((first.get(5000), second.get(5000)), (Some(&7), None));
        assert_eq!((first.get(3), second.get(3), first.get(4)), (Some(&1), Some(&1), Some(&0)));
        assert_ne!(first, second);
        *first.entry(5000) = 0;
        assert_eq!(first, second);
    }

    #[test]
    fn a_join_looks_at_what_differs() {
        let mut first: Shared<u32> = Shared::default();
        *first.entry(0) = 1;
        let mut second = first.clone();
        *second.entry(40) = 3;
        let mut seen = Vec::new();
        assert!(first.join(&second, |index, _, theirs| {
            seen.push(index);
            Some(*theirs)
        }));
        assert_eq!(seen, [40]);
        assert!(!first.join(&second, |_, _, _| None));
    }

    #[test]
    fn one_change_of_a_shared_page_is_made_once() {
        let mut first: Shared<u32> = Shared::default();
        *first.entry(2) = 5;
        let mut second = first.clone();
        let (mut memo, mut calls, mut taken) = (Memo::default(), 0, Vec::new());
        for vector in [&mut first, &mut second] {
            let change = |index: usize, entry: &u32, noted: &mut Vec<usize>| {
                calls += 1;
                if *entry == 0 {
                    return None;
                }
                noted.push(index);
                Some(*entry + 1)
            };
            vector.change(&mut memo, change, |index| taken.push(*index));
        }
        assert_eq!((calls, taken), (32, vec![2, 2]));
        assert_eq!((first.get(2), second.get(2)), (Some(&6), Some(&6)));
        assert_eq!(first.entries().count(), 32);
    }
}
