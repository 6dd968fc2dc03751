//! Every number of the picture side, in one place. A change of any from the region on is a new version of the code.
//!
//! Lengths named in radii are in units of the palm's radius; the picture is worked on at half its size where it says so.

// --- the hand

/// Grey above which brightness says nothing more about what is hand.
pub(crate) const CLIP: u8 = 120;
/// The part of Otsu's threshold from which a pixel is hand.
pub(crate) const THRESHOLD_SHARE: f32 = 0.8;
/// Brighter than this is glare and no hand.
pub(crate) const GLARE_MIN: u8 = 200;
/// Grey that the brightest half per cent must reach.
pub(crate) const LIGHT_MIN: u8 = 30;
/// By how much grey the brightest must exceed the darkest.
pub(crate) const CONTRAST_MIN: u8 = 20;
/// Bits narrower than twice this and one are no hand; pixels of the halved picture.
pub(crate) const OPENING: usize = 2;
/// The least share of the picture that a hand covers.
pub(crate) const HAND_SHARE_MIN: f32 = 0.04;
/// From this share of the first on, a second part is a second hand.
pub(crate) const SECOND_HAND_SHARE: f32 = 0.4;
/// The smallest radius of a palm in which veins can be seen, in pixels of the whole picture.
pub(crate) const PALM_RADIUS_MIN: f32 = 50.0;
/// Grey from which a pixel is burnt out.
pub(crate) const BURNT_MIN: u8 = 250;
/// The largest share of the palm that may be burnt out.
pub(crate) const BURNT_SHARE_MAX: f32 = 0.05;
/// The least detail in the skin, in grey levels.
pub(crate) const DETAIL_MIN: f32 = 0.28;
/// The least middle grey of a palm.
pub(crate) const PALM_MEDIAN_MIN: u8 = 25;

// --- the valleys

/// Half the window of the mean along the outline, in pixels of the halved picture; it is taken twice.
pub(crate) const CONTOUR_SMOOTHING: usize = 3;
/// How far along the outline a valley is the lowest place, in radii.
pub(crate) const VALLEY_WINDOW: f32 = 0.35;
/// How much the outline rises within that window, in radii.
pub(crate) const VALLEY_RISE_MIN: f32 = 0.12;
/// How far along the outline a finger's tip is looked for, in radii.
pub(crate) const FINGER_WINDOW: f32 = 1.2;
/// The shortest finger, in radii.
pub(crate) const FINGER_MIN: f32 = 0.5;
/// How far the middle of the palm lies below the line of the outer valleys at least, in radii.
pub(crate) const PALM_DEPTH_MIN: f32 = 0.45;

// How the valleys of open hands lie: the usual value and its deviation.

/// The distance between the outer valleys, in radii.
pub(crate) const OUTER_VALLEYS: (f32, f32) = (1.07, 0.09);
/// The distance between neighbours, in radii.
pub(crate) const NEIGHBOURS: (f32, f32) = (0.56, 0.07);
/// How far the middle valley stands out of the line of the outer ones, in its length.
pub(crate) const MIDDLE_BOW: (f32, f32) = (0.15, 0.06);
/// How far it stands beside the middle of that line, in its length.
pub(crate) const MIDDLE_ASIDE: (f32, f32) = (0.02, 0.04);
/// How far the middle of the palm lies below that line, in its length.
pub(crate) const PALM_DEPTH: (f32, f32) = (1.1, 0.25);
/// How far it lies beside the middle of that line, in its length.
pub(crate) const PALM_ASIDE: (f32, f32) = (0.1, 0.09);
/// The largest sum of squared deviations of a hand.
pub(crate) const STRANGENESS_MAX: f32 = 27.0;

// --- the region

/// The side of the region, in distances between the outer valleys.
pub(crate) const REGION_SIDE: f32 = 1.25;
/// How far below the line it begins, in the same.
pub(crate) const REGION_GAP: f32 = 0.08;
/// How much of the size comes from the palm's radius instead of the valleys: geometric weight.
pub(crate) const RADIUS_SHARE: f32 = 0.0;
/// The usual distance between the outer valleys, in radii.
pub(crate) const RADIUS_TO_LINE: f32 = 1.07;
/// How much of the region must lie within the picture.
pub(crate) const REGION_WITHIN: f32 = 0.7;
/// Pixels along a side of the region: three a cell.
pub(crate) const REGION_PIXELS: usize = 96;
/// Pixels along a side of the filters' grid: the region and a margin, so that filters see skin beyond its edge.
pub(crate) const GRID: usize = 128;

// --- the code, in pixels of the grid

/// Reach of the three means that make the local brightness.
pub(crate) const LOCAL_RADIUS: usize = 7;
/// The square of grey that counts as the sensor's noise.
pub(crate) const NOISE: f32 = 1.0;
/// Deviations beyond which brightness is cut.
pub(crate) const DEVIATION_MAX: f32 = 3.0;
/// Wavelength of the filters across a vein.
pub(crate) const WAVELENGTH: f32 = 8.4;
/// Width of the filters across a vein.
pub(crate) const ACROSS: f32 = 3.36;
/// Width of the filters along a vein.
pub(crate) const ALONG: f32 = 6.72;
/// Width of the Gaussian whose curvature shows ridges.
pub(crate) const RIDGE_WIDTH: f32 = 2.2;
/// The share of the cells that counts as ridge.
pub(crate) const RIDGE_SHARE: f32 = 0.3;
/// The least trust in a cell that counts.
pub(crate) const TRUST_MIN: f32 = 0.9;

// --- the comparison

/// What a ridge cell counts, in orientations.
pub(crate) const RIDGE_WEIGHT: u32 = 2;
/// Bits that a block pays for moving by one cell.
pub(crate) const STEP_PRICE: u32 = 10;
/// The least number of cells that two palms must have in common.
pub(crate) const COMMON_CELLS_MIN: u32 = 410;
/// The turns in which a shown palm is tried, in degrees.
pub(crate) const TURNS: [f32; 3] = [0.0, -5.0, 5.0];
/// The sizes in which a shown palm is tried.
pub(crate) const SIZES: [f32; 5] = [1.0, 0.94, 1.06, 0.88, 1.12];

// --- enrolment

/// The fewest and the most pictures of one enrolment.
pub(crate) const PICTURES: (usize, usize) = (3, 5);
/// The distance, in 1/65536, below which two pictures are one and the same: no hand is held twice alike.
pub(crate) const SAME_PICTURE: u32 = 1_300;
