//! Every stage between a picture and its code as a picture of its own, so that a refusal or a miss can be looked into.
//! Nothing of it is kept by the engine: whoever asks for the stages holds the picture already.
#![allow(clippy::as_conversions, reason = "places in a picture are whole and real by turns; all are far below 2^24")]

use crate::capture::Capture;
use crate::code::{Code, Modality, Plane, SIDE};
use crate::encode::Answers;
use crate::map::{Map, Point};
use crate::normalise::normalise;
use crate::parameters as set;
use crate::picture::Picture;
use crate::refusal::Refusal;
use crate::region::Found;
use crate::silhouette::Silhouette;

/// One stage.
#[derive(Clone, Debug)]
pub struct Stage {
    /// What is seen, fit for a file's name.
    pub name: &'static str,
    /// The picture of it.
    pub picture: Picture,
}

/// How far a picture came.
#[derive(Clone, Debug)]
pub struct Explained {
    /// The stages in their order.
    pub stages: Vec<Stage>,
    /// Why it came no farther; nothing when there is a code.
    pub refusal: Option<Refusal>,
}

/// Shows the stages of a picture, refused or not.
pub fn explain(picture: Picture, modality: Modality) -> Explained {
    let mut stages = vec![Stage { name: "1-picture", picture: picture.clone() }];
    if let Some(hand) = Silhouette::find(&picture.reduced(2)).ok().and_then(|hand| silhouette(&hand)) {
        stages.push(Stage { name: "2-hand", picture: hand });
    }
    match Capture::of(picture, modality) {
        Ok(capture) => {
            stages
                .extend(of(&capture).into_iter().filter_map(|(name, picture)| Some(Stage { name, picture: picture? })));
            Explained { stages, refusal: None }
        }
        Err(refusal) => Explained { stages, refusal: Some(refusal) },
    }
}

fn of(capture: &Capture) -> [(&'static str, Option<Picture>); 7] {
    let code = capture.code();
    let answers = Answers::of(&capture.skin);
    let filters: Vec<Picture> = answers.filters.iter().filter_map(|map| drawn(map, -0.5, 0.5)).collect();
    let planes: Vec<Picture> = code.planes().iter().filter_map(|plane| bits(plane, &code)).collect();
    let sharpest = answers.ridge.values.iter().copied().fold(0.01, f32::max);
    [
        ("3-valleys", outlined(&capture.picture, &capture.found)),
        ("4-skin", drawn(&capture.skin.grey, 0.0, 255.0)),
        ("5-normalised", drawn(&normalise(&capture.skin), -set::DEVIATION_MAX, set::DEVIATION_MAX)),
        ("6-orientations", side_by_side(&filters)),
        ("7-planes", side_by_side(&planes)),
        ("8-curvature", drawn(&answers.ridge, 0.0, sharpest)),
        ("9-ridges", bits(code.ridge(), &code)),
    ]
}

fn silhouette(hand: &Silhouette) -> Option<Picture> {
    let grey = hand.inside.iter().map(|inside| if *inside { 255 } else { 0 }).collect();
    Picture::new(hand.width, hand.height, grey)
}

/// A field between two values as black and white.
fn drawn(map: &Map, black: f32, white: f32) -> Option<Picture> {
    let grey = |value: &f32| ((value - black) / (white - black) * 255.0).clamp(0.0, 255.0) as u8;
    Picture::new(map.width, map.height, map.values.iter().map(grey).collect())
}

/// A plane, four pixels a cell: black and white, and grey where a cell does not count.
fn bits(plane: &Plane, code: &Code) -> Option<Picture> {
    const SCALE: usize = 4;
    let bit = |plane: &Plane, cell: usize| plane[cell / 64] >> (cell % 64) & 1 == 1;
    let side = SIDE * SCALE;
    let cells = (0..side).flat_map(|y| (0..side).map(move |x| y / SCALE * SIDE + x / SCALE));
    let grey = cells.map(|cell| match (bit(code.mask(), cell), bit(plane, cell)) {
        (false, _) => 128,
        (true, true) => 255,
        (true, false) => 0,
    });
    Picture::new(side, side, grey.collect())
}

fn side_by_side(pictures: &[Picture]) -> Option<Picture> {
    let height = pictures.iter().map(Picture::height).min()?;
    let rows = (0..height).flat_map(|y| pictures.iter().flat_map(move |picture| picture.row(y).iter().copied()));
    Picture::new(pictures.iter().map(Picture::width).sum(), height, rows.collect())
}

/// The picture with the outline, the valleys (those chosen larger) and the frame.
fn outlined(picture: &Picture, found: &Found) -> Option<Picture> {
    let (width, height) = (picture.width(), picture.height());
    let mut grey = picture.grey().to_vec();
    let mut dot = |at: Point, size: i32| {
        for (down, right) in (-size..=size).flat_map(|down| (-size..=size).map(move |right| (down, right))) {
            let place = (usize::try_from(at.x as i32 + right), usize::try_from(at.y as i32 + down));
            if let (Ok(x), Ok(y)) = place
                && x < width
                && y < height
            {
                grey[y * width + x] = 255;
            }
        }
    };
    let whole = |at: &Point| at.times(2.0);
    found.contour.points.iter().for_each(|at| dot(whole(at), 0));
    found.valleys.iter().for_each(|valley| dot(whole(&valley.at), 2));
    found.triple.iter().for_each(|valley| dot(whole(&valley.at), 5));
    let reach = found.frame.side / 2.0;
    let (right, down) = (found.frame.along.times(reach), found.frame.along.turned().times(reach));
    for step in -100_i16..=100 {
        let part = f32::from(step) / 100.0;
        for (across, below) in [(part, -1.0), (part, 1.0), (-1.0, part), (1.0, part)] {
            dot(found.frame.centre.plus(right.times(across)).plus(down.times(below)), 0);
        }
    }
    Picture::new(width, height, grey)
}
