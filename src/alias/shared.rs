//! Vectors whose clones share what they agree in.
//!
//! A body of many blocks has many states, and neighbours differ in a few entries. The entries stand in chunks, the chunks in
//! pages; a clone copies the list of pages, a change the one chunk and page that it is in, and a join passes over what is one.
//! What is never set has the default, and takes no room.

use std::rc::Rc;

/// Chunks in one page.
const CHUNKS: usize = 32;

type Page<T, const WIDTH: usize> = [Option<Rc<[T; WIDTH]>>; CHUNKS];

/// A vector as described above, with so many entries in a chunk.
#[derive(Debug)]
pub struct Shared<T, const WIDTH: usize> {
    pages: Vec<Option<Rc<Page<T, WIDTH>>>>,
}

impl<T, const WIDTH: usize> Default for Shared<T, WIDTH> {
    fn default() -> Self {
        Self { pages: Vec::new() }
    }
}

impl<T, const WIDTH: usize> Clone for Shared<T, WIDTH> {
    fn clone(&self) -> Self {
        Self { pages: self.pages.clone() }
    }
}

fn is_one<T>(left: Option<&Rc<T>>, right: Option<&Rc<T>>) -> bool {
    match (left, right) {
        (None, None) => true,
        (Some(left), Some(right)) => Rc::ptr_eq(left, right),
        _ => false,
    }
}

impl<T: Clone + Default + PartialEq, const WIDTH: usize> Shared<T, WIDTH> {
    const PAGE: usize = WIDTH * CHUNKS;

    /// An entry, if it was ever set.
    #[must_use]
    pub fn get(&self, index: usize) -> Option<&T> {
        let page = self.pages.get(index / Self::PAGE)?.as_ref()?;
        let chunk = page[index % Self::PAGE / WIDTH].as_ref()?;
        Some(&chunk[index % WIDTH])
    }

    /// An entry, to be changed.
    pub fn entry(&mut self, index: usize) -> &mut T {
        let at = index / Self::PAGE;
        if at >= self.pages.len() {
            self.pages.resize_with(at + 1, || None);
        }
        let page = Rc::make_mut(self.pages[at].get_or_insert_with(|| Rc::new([const { None }; CHUNKS])));
        let chunk =
            page[index % Self::PAGE / WIDTH].get_or_insert_with(|| Rc::new(std::array::from_fn(|_| T::default())));
        &mut Rc::make_mut(chunk)[index % WIDTH]
    }

    /// All entries that may differ from the default, with their positions.
    pub fn entries(&self) -> impl Iterator<Item = (usize, &T)> {
        let pages = self.pages.iter().enumerate().filter_map(|(at, page)| Some((at * Self::PAGE, page.as_ref()?)));
        pages.flat_map(|(first, page)| {
            let chunks = page.iter().enumerate();
            chunks
                .filter_map(move |(at, chunk)| chunk.as_ref().map(|chunk| (first + at * WIDTH, chunk)))
                .flat_map(|(first, chunk)| chunk.iter().enumerate().map(move |(at, entry)| (first + at, entry)))
        })
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
            for within in 0..CHUNKS {
                let mine = mine.and_then(|page| page[within].as_ref());
                let theirs = theirs.and_then(|page| page[within].as_ref());
                if is_one(mine, theirs) {
                    continue;
                }
                let first = at * Self::PAGE + within * WIDTH;
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

    /// Replaces each entry that was set by what `change` makes of it (`None`: as before), except where all around it is one with
    /// `done`.
    pub fn change(&mut self, done: Option<&Self>, mut change: impl FnMut(usize, &T) -> Option<T>) {
        for (at, page) in self.pages.iter_mut().enumerate() {
            let Some(page) = page else { continue };
            let done = done.and_then(|done| done.pages.get(at)?.as_ref());
            if is_one(Some(page), done) {
                continue;
            }
            for within in 0..CHUNKS {
                let done = done.and_then(|page| page[within].as_ref());
                let Some(chunk) = page[within].as_ref().filter(|chunk| !is_one(Some(chunk), done)) else { continue };
                let first = at * Self::PAGE + within * WIDTH;
                let changed = |(index, entry)| Some((index, change(first + index, entry)?));
                let entries: Vec<(usize, T)> = chunk.iter().enumerate().filter_map(changed).collect();
                for (index, entry) in entries {
                    if let Some(chunk) = &mut Rc::make_mut(page)[within] {
                        Rc::make_mut(chunk)[index] = entry;
                    }
                }
            }
        }
    }
}

impl<T: Clone + Default + PartialEq, const WIDTH: usize> PartialEq for Shared<T, WIDTH> {
    fn eq(&self, other: &Self) -> bool {
        !self.clone().join(other, |_, _, new| Some(new.clone()))
    }
}

#[cfg(test)]
mod tests {
    use super::Shared;

    #[test]
    fn a_change_is_seen_in_one_vector_alone() {
        let mut first: Shared<u32, 32> = Shared::default();
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
        let mut first: Shared<u32, 32> = Shared::default();
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
    fn a_change_leaves_out_what_is_done() {
        let mut first: Shared<u32, 32> = Shared::default();
        for index in [2, 40, 5000] {
            *first.entry(index) = 5;
        }
        let done = first.clone();
        *first.entry(41) = 6;
        let mut seen = Vec::new();
        first.change(Some(&done), |index, entry| {
            seen.push(index);
            (*entry > 0).then_some(*entry + 1)
        });
        assert_eq!(seen, (32..64).collect::<Vec<_>>());
        assert_eq!([2, 40, 41, 5000].map(|index| first.get(index).copied()), [5, 6, 7, 5].map(Some));
        assert_eq!(done.get(40), Some(&5));
        assert_eq!(first.entries().count(), 96);
    }
}
