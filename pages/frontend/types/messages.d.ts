// Written by `python -m pages.live.typescript` from the types in Python: change them there.

/** What a browser asks: a text message to the lane. */
export interface Question {
  seq: number;
  operation: string;
  parameters: Record<string, unknown>;
  rest: boolean;
}

/** What a binary message of the lane begins with: whose answer it is, and what lies in it. */
export interface AnswerHeader {
  seq: number;
  rest: boolean;
  took: number;
  facts: Record<string, unknown>;
  blobs: BlobHeader[];
}

/** What a blob of an answer is, and which bytes of the message it takes. */
export interface BlobHeader {
  name: string;
  kind: string;
  shape: number[];
  offset: number;
  length: number;
}

/** Why a question cannot be answered: a text message of the lane. */
export interface Refusal {
  seq: number;
  error: string;
}

/** What a run of the page brings to a view. */
export interface LabData {
  operation: string;
  rare: string[];
  values: Record<string, unknown>;
  labels: Record<string, unknown>;
  seq: number;
  epoch: number;
  picture: LabPicture | null;
  answer: string | null;
  answered: number | null;
  committed: number;
  complaint: string | null;
  lane: string;
}

/** Which picture a view works on, under its caption; its bytes come by `supply`. */
export interface LabPicture {
  id: string;
  title: string;
  channels: number;
}

/** What a view shows of its operation, many times what changes in a run. */
export interface Description {
  settings: Setting[];
  roles: Record<string, RoleColours>;
  series: Record<string, string[]>;
}

/** The name of a role, its colours on the light theme and on the dark one, and its shades for text. */
export interface RoleColours {
  title: string;
  light: string;
  dark: string;
  light_text: string;
  dark_text: string;
}

/** What the strip shows. */
export interface StripData {
  lesson: string;
  level: string;
  key: string;
  at: number;
  total: number;
  met: number[];
  task: string;
  text: string;
  hint: string;
  checks: boolean;
  below: "" | "question" | "tab";
  elsewhere: string;
  over: boolean;
  then: string;
  outcome: [boolean, string] | null;
  checked: number;
}

/** What a run brings to the browser. */
export interface GuessData {
  question: QuestionShown | null;
  id: string;
  place: number;
  results: Array<boolean | null>;
  streak: number;
  count: number;
  set: number;
  complaint: string;
  opened: OpenedAnswer | null;
  led: number;
}

/** A question without its answer: all that a browser may know before somebody has answered. */
export interface QuestionShown {
  kind: string;
  seed: number;
  prompt: string;
  form: "number" | "choice" | "cell";
  unit: string;
  shows: Array<GridShown | PictureShown>;
  options: OptionShown[];
  aim: AimShown | null;
}

/** A grid as a browser lays it out; cells are texts, `covered` the one that has to be found. */
export interface GridShown {
  kind: "grid";
  title: string;
  role: string;
  cells: string[][];
  faint: boolean[][] | null;
  framed: [number, number][];
  covered: [number, number] | null;
  clicked: boolean;
}

/** A picture as a browser shows it; `frame` is top, left, bottom and right as shares of its sides. */
export interface PictureShown {
  kind: "picture";
  title: string;
  uri: string;
  alt: string;
  frame: [number, number, number, number] | null;
}

/** One of the answers to choose from. */
export interface OptionShown {
  letter: string;
  text: string;
  picture?: PictureShown;
}

/** What is dragged for a number, as a browser draws it; see `Aim`. */
export interface AimShown {
  what: "height" | "slope";
  x: number;
  y: number;
  across: number;
  up: number;
}

/** What there is to see once somebody has answered. */
export interface OpenedAnswer {
  given: number | string | [number, number];
  correct: boolean;
  sentence: string;
  worked: string;
  answer: number | string | [number, number];
  said: string;
}

/** What is said of a map: its numbers, and what its colours mean. */
export interface MapFacts {
  shape: number[];
  low: number;
  high: number;
  mean: number;
  counts: number[];
  scale: [number, number];
  remark: string;
  legend: [number, string][];
  said: [string, string][];
}

/** What is said of a map that a sliding window made: of which input, with how many cells around it. */
export interface SlidingFacts {
  shape: number[];
  low: number;
  high: number;
  mean: number;
  counts: number[];
  scale: [number, number];
  remark: string;
  legend: [number, string][];
  said: [string, string][];
  input_shape: number[];
  pads: [[number, number], [number, number]];
}

/** What is said of the maps of a step: their numbers, and what their colours mean. */
export interface MosaicFacts {
  low: number;
  high: number;
  limits: [number, number] | null;
  colours: string[];
  tile: [number, number];
  remark: string;
  painting: string;
}

/** What a browser hears of its class: each field where there is something to say. */
export interface ClassReply {
  done?: number;
  said?: string;
  code?: string;
  key?: string;
  view?: StudentView | TeacherView;
  over?: string;
  picture?: ShownPicture;
}

/** What a student sees of the class: nothing of anybody else. */
export interface StudentView {
  role: "student";
  code: string;
  name: string;
  move: number;
  experiment: string;
  isMine: boolean;
  isWished: boolean;
  picture: string;
  isFrozen: boolean;
  question: AskedView | null;
  answer: string | null;
}

/** The present question; a student sees its answers once they are revealed. */
export interface AskedView {
  number: number;
  prompt: string;
  posed: string;
  isRevealed: boolean;
  answers: AnswerBar[] | null;
}

/** One bar of the answers' histogram: an answer, or None for all rare ones, and how many gave it. */
export interface AnswerBar {
  answer: string | null;
  count: number;
}

/** What the teacher sees of the class. */
export interface TeacherView {
  role: "teacher";
  code: string;
  move: number;
  experiment: string;
  shown: number;
  wished: number;
  kept: number;
  picture: string;
  isFrozen: boolean;
  question: AskedView | null;
  asked: number;
  removed: number;
  students: TileView[];
}

/** One student on the teacher's wall. */
export interface TileView {
  number: number;
  name: string;
  address: string;
  marks: string;
  answer: string | null;
  isMuted: boolean;
  isAway: boolean;
}

/** A student's picture: its digest, and a PNG as Base64. */
export interface ShownPicture {
  id: string;
  png: string;
}

/** The settings of filter2d. */
export interface FilterValues {
  kernel: KernelValue;
  strides: number;
  dilation_rate: number;
  gain: number;
  bias: number;
  padding: "valid" | "same" | 0 | 1 | 2 | 3 | 4 | 5 | 6;
  pad_mode: "constant" | "edge" | "reflect" | "symmetric" | "wrap";
  flip: false | true;
  activation: "none" | "relu" | "absolute";
  scale: "signed" | "unit" | "stretched";
  limits: [number, number] | null;
  dark: boolean;
  pixels: number;
  levels: "unit" | "bytes";
  held: Record<string, unknown> | null;
}

/** A kernel: its name or "custom", its size, and what it is made of. */
export interface KernelValue {
  name: string;
  rows: number;
  columns: number;
  arguments: Record<string, number>;
  weights: number[][];
}

/** What is said of a filtered picture; `held` where an experiment is kept beside it. */
export interface FilterFacts {
  shape: number[];
  low: number;
  high: number;
  mean: number;
  counts: number[];
  scale: [number, number];
  remark: string;
  legend: [number, string][];
  said: [string, string][];
  input_shape: number[];
  pads: [[number, number], [number, number]];
  kernel: KernelValue;
  multiplications: number;
  held: HeldFacts | null;
}

/** What is said of the kept experiment B: its kernel, and its map or why it has none on this picture. */
export interface HeldFacts {
  title: string;
  shape: number[];
  sentence: string;
}

/** The settings of pool2d. */
export interface PoolValues {
  pool_size: [number, number];
  kind: "max" | "average" | "min" | "l2";
  strides: null | 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8;
  padding: "valid" | "same" | 0 | 1 | 2 | 3 | 4 | 5 | 6;
  dilation_rate: number;
  count_padding: false | true;
  ceil_mode: false | true;
  scale: "signed" | "unit" | "stretched";
  limits: [number, number] | null;
  dark: boolean;
  pixels: number;
  levels: "unit" | "bytes";
  drawn: "enlarged" | "true_size";
  filtered: Record<string, unknown> | null;
}

/** What is said of a pooled picture, or of a pooled map, where `filtered` says of which filter. */
export interface PoolFacts {
  shape: number[];
  low: number;
  high: number;
  mean: number;
  counts: number[];
  scale: [number, number];
  remark: string;
  legend: [number, string][];
  said: [string, string][];
  input_shape: number[];
  pads: [[number, number], [number, number]];
  filtered: FilteredFacts | null;
}

/** What is said of the map that is pooled in place of the picture; its picture and values come along. */
export interface FilteredFacts {
  title: string;
  shape: number[];
  remark: string;
}

/** The settings of invariance. */
export interface InvarianceValues {
  down: number;
  right: number;
  angle: number;
  noise: number;
  filter: "identity" | "sobel_x" | "sobel_y" | "outline8";
  rectifier: "relu" | "absolute";
  pool_size: [number, number];
  kind: "max" | "average" | "min" | "l2";
  strides: null | 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8;
  padding: "valid" | "same" | 0 | 1 | 2 | 3 | 4 | 5 | 6;
  dilation_rate: number;
  count_padding: false | true;
  ceil_mode: false | true;
  dark: boolean;
}

/** What is said of a changed picture, its map, and its pooled map. */
export interface InvarianceFacts {
  input_shape: number[];
  pairs: PairFacts[];
  shifts: string[];
  shifted: boolean;
  moved: string;
}

/** What is said of an array of the picture beside that of the changed picture, and of their difference. */
export interface PairFacts {
  name: string;
  shape: number[];
  ends: [number, number];
  difference: [number, number];
  change: number | null;
  unchanged: number;
  blank: number;
}

/** The settings of arithmetic. */
export interface ArithmeticValues {
  kind: "convolution" | "transposed" | "max" | "average" | "min";
  padding: "valid" | "same" | "full" | 0 | 1 | 2 | 3 | 4 | 5 | 6;
  rows: number;
  columns: number;
  kernel_rows: number;
  kernel_columns: number;
  strides: number;
  dilation_rate: number;
  seed: number;
  input: number[][] | null;
  kernel: number[][] | null;
}

/** What is said of a small grid and the window that slides over it; pairs are down and across. */
export interface ArithmeticFacts {
  shape: number[];
  low: number;
  high: number;
  mean: number;
  kind: string;
  input: number[][];
  kernel: number[][];
  own: OwnGrids;
  weights: number[][] | null;
  pads: [[number, number], [number, number]];
  margins: [[number, number], [number, number]];
  apart: number;
  unread: [boolean[], boolean[]];
  sums: [string, string];
  unused: string;
}

/** The grids of the person's own, or none while they are drawn by chance. */
export interface OwnGrids {
  input: number[][] | null;
  kernel: number[][] | null;
}

/** The settings of pipeline. */
export interface PipelineValues {
  blocks: BlockValue[];
  cell: [number, number, number, number] | null;
  open: number | null;
  scale: "sign" | "signed" | "unit" | "stretched";
  ends: "block" | "map";
  dark: boolean;
  levels: "unit" | "bytes";
  unseen: number[];
}

/** A convolution, with what it is made with. */
export interface ConvolutionValue {
  kind: "convolution";
  bank: BankValue;
  strides: number;
  padding: number | string;
  dilation_rate: number;
  bias: number | number[];
  scales: Record<string, number>;
}

/** A kernel by its name, with its size and arguments. */
export interface NamedKernel {
  name: string;
  rows: number;
  columns: number;
  arguments: Record<string, number>;
}

/** A kernel of one's own. */
export interface OwnKernel {
  name: "custom";
  weights: number[][];
}

/** Kernels that are drawn by chance. */
export interface RandomBank {
  filters: number;
  kernel_size: number;
  seed: number;
}

export type BankValue = Array<NamedKernel | OwnKernel> | RandomBank;

/** An activation, by its name. */
export interface ActivationValue {
  kind: "activation";
  activation: string;
  scales: Record<string, number>;
}

/** A pooling, with what it is made with. */
export interface PoolingValue {
  kind: "pooling";
  pooling: string;
  pool_size: number;
  strides: number;
  padding: string;
  scales: Record<string, number>;
}

/** A normalisation of each map, or of all maps. */
export interface NormalisationValue {
  kind: "normalisation";
  over: string;
  scales: Record<string, number>;
}

/** An upsampling, with what it is made with. */
export interface UpsamplingValue {
  kind: "upsampling";
  size: number;
  interpolation: string;
  scales: Record<string, number>;
}

/** All numbers in one row. */
export interface FlattenValue {
  kind: "flatten";
}

/** A dense layer whose weights are drawn by chance. */
export interface DenseValue {
  kind: "dense";
  units: number;
  seed: number;
}

/** Probabilities. */
export interface SoftmaxValue {
  kind: "softmax";
}

export type BlockValue = ConvolutionValue
    | ActivationValue
    | PoolingValue
    | NormalisationValue
    | UpsamplingValue
    | FlattenValue
    | DenseValue
    | SoftmaxValue;

/** What is said of a stack of blocks on a picture. */
export interface PipelineFacts {
  trace: TraceFacts | null;
  lost: string;
  input_shape: number[];
  blocks: BlockValue[];
  kernels: Array<number[][][] | null>;
  titles: Array<string[] | null>;
  steps: StepFacts[];
  stopped: StopFacts | null;
  presets: Record<string, string>;
  total: PipelineTotals;
}

/** Where the number in a cell comes from: top, left, bottom and right of its pixels, and the way there. */
export interface TraceFacts {
  cell: [number, number, number, number];
  rectangle: [number, number, number, number];
  path: CauseFacts[];
  bias: number;
  map: number;
  factor: number;
}

/** A number on the way from a cell back to the picture; its `cell` is map, row and column. */
export interface CauseFacts {
  step: number;
  title: string;
  cell: [number, number, number] | null;
  value: number;
  said: string;
  sentence: string;
}

/** What is said of a step of a stack; `changed` where maps are scaled before it. */
export interface StepFacts {
  low: number;
  high: number;
  limits: [number, number] | null;
  colours: string[];
  tile: [number, number];
  remark: string;
  painting: string;
  title: string;
  shape: number[];
  laid: number[];
  formulas: [string, string, string];
  weights: number;
  biases: number;
  multiply_adds: number;
  field: FieldFacts;
  changed: ChangeFacts | null;
}

/** What a unit of a step sees of the picture; pairs are down and across. */
export interface FieldFacts {
  size: [number, number];
  jump: [number, number];
  whole: boolean;
  normalised: boolean;
}

/** How far switched and scaled maps move the values of a step, in magnitude. */
export interface ChangeFacts {
  mean: number;
  largest: number;
}

/** Which block makes no maps, counted from 1, and why. */
export interface StopFacts {
  block: number;
  sentence: string;
}

/** What all steps hold and cost. */
export interface PipelineTotals {
  weights: number;
  biases: number;
  multiply_adds: number;
}

/** The settings of pipeline_training. */
export interface LearningValues {
  blocks: BlockValue[];
  optimizer: "sgd" | "momentum" | "adam";
  learning_rate: number;
  frozen: number[][];
  weight: number[][];
  drawing: number;
  pictures: TrainingSetValue | null;
  training: LearningStateValue | null;
  advance: "none" | "step" | "play" | "epoch";
  whole: boolean;
  dark: boolean;
}

/** What a pipeline learns from: its key, its classes, and the pictures or "" where they are known. */
export interface TrainingSetValue {
  key: string;
  classes: string[];
  ink: boolean;
  data: string;
}

/** Where a training stands: its key, its counts, and the numbers themselves or "" where they are known. */
export interface LearningStateValue {
  key: string;
  updates: number;
  step: number;
  epoch: number;
  seen: number;
  slots: number;
  data: string;
}

/** What is said of a stack in training; `lost` where its numbers or pictures have to be sent again. */
export interface LearningFacts {
  lost: boolean;
  pictures: TrainingSetValue | null;
  training: LearningStateValue | null;
  epoch: number;
  loss: number | null;
  test_loss: number;
  test_accuracy: number;
  confusion: number[][];
  classes: string[];
  trouble: string;
  said: string;
  answer: number[];
  banks: LearningBankFacts[];
  maps: LearningMapsFacts[];
  colours: string[];
  worked?: WeightFacts | null;
}

/** The kernels of a convolution, whose numbers come as a table (rows, columns, maps, kernels). */
export interface LearningBankFacts {
  block: number;
  title: string;
  shape: [number, number, number, number];
}

/** The maps that a convolution makes of the page's picture. */
export interface LearningMapsFacts {
  low: number;
  high: number;
  limits: [number, number] | null;
  colours: string[];
  tile: [number, number];
  remark: string;
  painting: string;
  block: number;
  shape: number[];
}

/** How the gradient of the chosen weight comes about; its tables are `inputs` and `slopes`. */
export interface WeightFacts {
  weight: number;
  gradient: number;
  parts: number[];
}

/** The settings of activations. */
export interface ActivationsValues {
  curves: CurvesValue;
  x: number;
  limit: number;
  reach: number;
  slopes: "chosen" | "all" | "none";
}

/** Functions on one plot, and the name of the one in question. */
export interface CurvesValue {
  chosen: string;
  curves: CurveValue[];
}

/** A function with its parameters. */
export interface CurveValue {
  name: string;
  parameters: Record<string, number>;
}

/** What is said of activations on one plot; `centre` at rest alone. */
export interface ActivationsFacts {
  curves: PlottedActivation[];
  chosen: string;
  reach: number;
  ends: [number, number];
  intervals: IntervalFacts[];
  tangent: TangentFacts;
  at: string;
  said: string;
  sentences: string[];
  centre: string | null;
}

/** An activation on the plot, with the places where it or its slope jumps. */
export interface PlottedActivation {
  name: string;
  title: string;
  points: PointFacts[];
}

/** A place on a plot: a value that is taken there, or, if `open`, one that is only approached. */
export interface PointFacts {
  x: number;
  y: number;
  open: boolean;
}

export interface IntervalFacts {
  from: number;
  to: number;
  dead: boolean;
}

/** The straight line that touches a curve at x. */
export interface TangentFacts {
  x: number;
  value: number;
  slope: number;
}

/** The settings of chain. */
export interface ChainValues {
  curves: CurvesValue;
  x: number;
  layers: number;
  weight: number;
}

/** What is said of a gradient on its way through layers of one unit each. */
export interface ChainFacts {
  curves: ChainedActivation[];
  chosen: string;
  x: number;
  layers: number;
  ends: [number, number];
}

/** An activation in a chain of layers, with what the gradient is multiplied by in each. */
export interface ChainedActivation {
  name: string;
  title: string;
  said: string;
  verdict: string;
  slopes: number[];
}

/** The settings of softmax. */
export interface SoftmaxValues {
  logits: number[];
  temperature: number;
}

/** What softmax makes of logits, step by step. */
export interface SoftmaxFacts {
  logits: number[];
  powers: number[];
  probabilities: number[];
  sentence: string;
}

/** The settings of activated. */
export interface ActivatedValues {
  curves: CurvesValue;
  limit: number;
  dark: boolean;
  filter: "identity" | "sobel_x" | "sobel_y" | "outline8";
  gain: number;
  bias: number;
  ends: "held" | "fitted";
}

/** What is said of an activation on a picture; `flat` and `dead` are shares of its cells. */
export interface ActivatedFacts {
  input_shape: number[];
  maps: ActivatedMap[];
  said: string;
  flat: number;
  dead: number;
  sentence: string;
  colours: string[];
}

/** What is said of a map before or after the activation, or of its slopes. */
export interface ActivatedMap {
  name: string;
  ends: [number, number];
  low: number;
  high: number;
  mean: number;
  remark: string;
}

/** The settings of vectors. */
export interface VectorsValues {
  operation: "add" | "subtract" | "scale" | "dot" | "length" | "distance" | "cosine" | "angle" | "project";
  factor: number;
  a: number[];
  b: number[];
}

/** What is said of an operation on two vectors; `rows` are places with what is worked out there. */
export interface VectorsFacts {
  operation: string;
  title: string;
  takes: string[];
  numbers: number;
  measures: VectorMeasureFacts[];
  arrows: ArrowFacts[];
  said: string;
  value: number | number[] | null;
  sentence: string;
  heads: string[];
  rows: [number, string[]][];
  last: string;
}

/** One number about two vectors, where it is defined. */
export interface VectorMeasureFacts {
  name: string;
  value: number | null;
  said: string;
}

/** A vector to draw: its way, where it starts if not at the origin, and which colour of a chart it has. */
export interface ArrowFacts {
  name: string;
  way: number[];
  start: number[] | null;
  series: number;
}

/** The names of two vectors and of their places. */
export interface VectorLabels {
  a: string;
  b: string;
  places: string[];
}

/** The settings of product. */
export interface ProductValues {
  way: "columns" | "rows";
  step: number;
  x: number[];
  matrix: number[][];
}

/** What is said of a matrix times a vector, by its columns and by its rows. */
export interface ProductFacts {
  matrix: string[][];
  result: number[];
  written: string[];
  columns: ColumnFacts[];
  rows: RowFacts[];
  shape: string;
}

/** A column of a matrix times its weight, and the sum so far. */
export interface ColumnFacts {
  weight: number;
  scaled: string;
  running: number[];
  written: string[];
  way: number[];
}

/** A row of a matrix times the vector: the pairs of factors, and their sum. */
export interface RowFacts {
  terms: [string, string][];
  value: number;
  said: string;
}

/** The names of the rows and columns of a matrix. */
export interface ProductLabels {
  rows: string[];
  columns: string[];
}

/** The settings of patch. */
export interface PatchValues {
  patch_kernel: "identity"
    | "box"
    | "gaussian"
    | "sharpen"
    | "unsharp"
    | "outline4"
    | "outline8"
    | "sobel_x"
    | "sobel_y"
    | "scharr_x"
    | "scharr_y"
    | "prewitt_x"
    | "prewitt_y"
    | "roberts_falling"
    | "roberts_rising"
    | "line_horizontal"
    | "line_vertical"
    | "line_rising"
    | "line_falling"
    | "emboss"
    | "random";
  patch_row: number;
  patch_column: number;
  patch_channel: 0 | 1 | 2;
}

/** What is said of a cell of a convolution as a dot product; `box` is top, left, bottom and right. */
export interface PatchFacts {
  input_shape: number[];
  row: number;
  column: number;
  channel: number;
  size: string;
  flattened: string;
  kernel_shape: [number, number];
  box: [number, number, number, number];
  terms: PatchTerm[];
  value: number;
  said: string;
}

/** A pixel times the weight that lies on it, and the sum so far. */
export interface PatchTerm {
  pixel: string;
  weight: string;
  product: string;
  running: string;
  padding: boolean;
}

/** The settings of losses. */
export interface LossesValues {
  losses: LossesValue;
  numbers_target: number;
  numbers_prediction: number;
  probabilities_target: number;
  probabilities_prediction: number;
  scores_target: number;
  scores_prediction: number;
}

/** A task with some of its losses, and the name of the one in question. */
export interface LossesValue {
  chosen: string;
  curves: CurveValue[];
  task: string;
}

/** What is said of the losses of a task on one plot; `ends` are those of the values and of the slopes. */
export interface LossesFacts {
  task: string;
  curves: PlottedLoss[];
  chosen: string;
  target: number;
  prediction: number;
  x: [number, number, string];
  ends: [[number, number], [number, number]];
  said: string;
}

/** A loss on the plot, with its value and slope at the prediction. */
export interface PlottedLoss {
  name: string;
  title: string;
  said: string;
  value: number;
  slope: number;
  kinks: KinkFacts[];
  note: string;
}

/** A place where a loss has no derivative: the slopes to both sides, and what is taken there. */
export interface KinkFacts {
  x: number;
  left: number;
  right: number;
  slope: number;
}

/** The settings of samples. */
export interface SamplesValues {
  losses: LossesValue;
  numbers_wild: number;
  probabilities_wild: number;
  scores_wild: number;
}

/** What is said of a batch with a wild sample; `even` is the pull of each if all pulled alike, in %. */
export interface SamplesFacts {
  task: string;
  chosen: string;
  curves: SampledLoss[];
  targets: number[];
  predictions: number[];
  wild: number;
  x: [number, number, string];
  moves: "target" | "prediction";
  even: number;
}

/** A loss of each sample of a batch, each one's pull in %, and the mean with and without the wild one. */
export interface SampledLoss {
  name: string;
  title: string;
  losses: number[];
  pulls: number[];
  mean: number;
  without: number;
}

/** The settings of fit. */
export interface FitValues {
  points: [number, number][];
  degree: 0 | 1 | 2 | 3 | 4;
  fits: CurvesValue;
}

/** What is said of the curves that losses make of points. */
export interface FitFacts {
  curves: Array<RefusedFit | FittedCurve>;
  chosen: string;
  points: [number, number][];
  degree: number;
  ends: [number, number];
}

/** A loss that cannot be fitted to the points, and why. */
export interface RefusedFit {
  name: string;
  title: string;
  said: string;
  refused: string;
}

/** The curve with the least mean loss. */
export interface FittedCurve {
  name: string;
  title: string;
  said: string;
  refused: "";
  formula: string;
  value: number;
  said_of: string;
  coefficients: number[];
  predictions: number[];
  losses: number[];
}

/** The settings of trading. */
export interface TradingValues {
  weight: number;
  threshold: number;
  credit: number;
  lags: number;
  share: number;
  rate: number;
  steps: number;
  signal: number;
  volatility: number;
  drift: number;
  crashes: number;
  days: number;
  seed: number;
  bound: "tanh" | "linear";
  shown: "held_out" | "all";
  holds: "fraction" | "percent" | "log" | "log_percent" | "price";
  dates: "auto" | "day" | "month" | "year";
  returns: number[] | null;
}

/** What is said of trading systems; `training` and `held_out` count days. */
export interface TradingFacts {
  curves: SystemFacts[];
  training: number;
  held_out: number;
  x: [number, number];
  ends: [number, number];
  own: boolean;
  all: boolean;
}

/** What a trading system earned on the days that it had not seen, as far as there are such numbers. */
export interface SystemFacts {
  name: string;
  title: string;
  why: string;
  profit: number;
  drawdown: number;
  hit_rate: number | null;
  exposure: number;
  ratio: number | null;
  stays_out: boolean;
  weights: number[];
  trouble: string;
}

/** The settings of attention. */
export interface AttentionValues {
  sequence: "box" | "textures" | "river" | "money";
  token: number;
  heads: number;
  head: number;
  positions: boolean;
  mask: "none" | "causal" | "own";
  temperature: number;
  numbers: number[][] | null;
  query_kernel: number[][] | null;
  key_kernel: number[][] | null;
  value_kernel: number[][] | null;
  output_kernel: number[][] | null;
  allowed: number[][] | null;
  asked: [number, number, number, number] | null;
}

/** What is said of a small sequence and the heads that look at it; places count from 0. */
export interface AttentionFacts {
  one: string;
  words: string[];
  called: string[];
  across: number;
  entries: string[];
  given: number[][];
  inputs: number[][];
  positions: boolean;
  kernels: KernelFacts;
  heads: HeadFacts[];
  looks: string[];
  token: number;
  head: number;
  output: number[][];
  allowed: boolean[][];
  sentence: string;
  worked: WorkedFacts;
}

/** The weights of all three heads, as they are set. */
export interface KernelFacts {
  query: number[][];
  key: number[][];
  value: number[][];
  output: number[][];
}

/** What one head makes of the vectors; a number that the mask hides is none. */
export interface HeadFacts {
  query: number[][];
  key: number[][];
  value: number[][];
  score: number[][];
  scaled: Array<Array<number | null>>;
  weight: number[][];
  mean: number[][];
}

/** Where the number in question comes from; `cell` is its step, head, row and column. */
export interface WorkedFacts {
  cell: [number, number, number, number];
  title: string;
  why: string;
  left: string;
  right: string;
  terms: WorkedTermFacts[];
  text: string;
  said: string;
  value: number | null;
}

/** One product of a sum. */
export interface WorkedTermFacts {
  left: string;
  right: string;
  product: string;
}

/** The settings of drawn_attention. */
export interface DrawnValues {
  source: "drawing"
    | "smiley"
    | "bent_cross"
    | "block_arrow"
    | "curved_star"
    | "letter"
    | "house"
    | "two"
    | "scribble"
    | "photograph";
  patch: number;
  depth: number;
  only: number;
  dropped: number[];
  shuffled: number;
  activation: "hires_cam" | "grad_cam";
}

/** What is said of a drawing in the transformer; all but the first where there is something to see. */
export interface DrawnFacts {
  nothing: string;
  patch?: number | null;
  depth?: number;
  only?: number | null;
  scores?: number[];
  whole?: number[] | null;
  convolution?: number[];
  sentence?: string;
  told?: string;
  largest?: number[][];
  token?: number[][];
  best?: number[][];
  dropped?: number[];
  is_shuffled?: boolean;
}

/** What stands beside the answers: the classes, what there is to look at, and the pad's. */
export interface DrawnLabels {
  classes: string[];
  side: number;
  layers: number;
  heads: number;
  drawing: SentDrawing | null;
}

/** A drawing as the browser reads it; the `png` is in base64. */
export interface SentDrawing {
  id: string;
  png: string;
  paper: "white" | "black";
}

/** The settings of network. */
export interface NetworkValues {
  data: "circle"
    | "xor"
    | "gaussians"
    | "spiral"
    | "moons"
    | "blobs"
    | "three_moons"
    | "rings"
    | "three_arms"
    | "iris"
    | "plane"
    | "bumps"
    | "sine"
    | "own";
  noise: number;
  points: number;
  share: number;
  data_seed: number;
  learning_rate: number;
  optimizer: "sgd" | "momentum" | "adam";
  optimizer_momentum: number;
  optimizer_beta_1: number;
  optimizer_beta_2: number;
  optimizer_epsilon: number;
  schedule: "constant" | "exponential_decay" | "inverse_time_decay" | "cosine_decay";
  schedule_decay_steps: number;
  schedule_decay_rate: number;
  schedule_alpha: number;
  patience: number;
  batch_size: number;
  loss: "binary_crossentropy"
    | "binary_focal_crossentropy"
    | "hinge"
    | "squared_hinge"
    | "mean_squared_error"
    | "mean_absolute_error"
    | "huber"
    | "log_cosh"
    | "mean_squared_logarithmic_error"
    | "mean_absolute_percentage_error"
    | "quantile"
    | "epsilon_insensitive"
    | "poisson"
    | "categorical_crossentropy"
    | "categorical_focal_crossentropy"
    | "kl_divergence";
  loss_from_logits: boolean;
  loss_label_smoothing: number;
  loss_apply_class_balancing: boolean;
  loss_alpha: number;
  loss_gamma: number;
  loss_delta: number;
  loss_quantile: number;
  loss_epsilon: number;
  l1: number;
  l2: number;
  initializer: "zeros"
    | "random_uniform"
    | "glorot_uniform"
    | "glorot_normal"
    | "he_uniform"
    | "he_normal"
    | "lecun_normal";
  limit: number;
  seed: number;
  x1: number;
  x2: number;
  target: number;
  layers: LayerValue[];
  features: string[];
  weights: string;
  own: [number, number, number][];
  own_names: string[];
  own_task: "auto" | "classification" | "regression";
  training_state: TrainingStateRecord | null;
  advance: "none" | "step" | "play" | "epoch";
  dark: boolean;
}

export type LayerValue = [number, string] | [number, string, Record<string, number>];

/** Where a training stands, as plain values; see `NetworkTrainingState`. */
export interface TrainingStateRecord {
  parameters: string;
  slots: string;
  updates: number;
  step: number;
  epoch: number;
  seen: number;
  edited: boolean;
  recipe: string;
  mixed: boolean;
  stopping: StoppingRecord | null;
}

/** Where a training should have ended, as plain values; see `EarlyStopping`. */
export interface StoppingRecord {
  best_loss: number;
  best_epoch: number;
  best_step: number;
  stopped_epoch: number;
  stopped_step: number;
}

/** What is said of a network in training; the last five come while it does not go on. */
export interface NetworkFacts {
  layers: LayerValue[];
  loss: string;
  training_state: TrainingStateRecord;
  first: TrainingMeasureFacts | null;
  measure: TrainingMeasureFacts | null;
  trouble: string;
  task: "classification" | "regression";
  set_classes: Record<string, number>;
  extent: [number, number, number, number];
  centre: number;
  half: number;
  limits: number[];
  clipped: boolean;
  held: boolean;
  counts: [number, number];
  probe: [number, number];
  features: string[];
  inputs: number[];
  raw: number[][];
  sums: number[][];
  answers: number[][];
  confusion: number[][];
  remarks?: string[];
  colours?: string[];
  classes?: string[];
  class_colours?: string[];
  losses?: string[];
}

/** How well a network does after some training, as far as there is something to measure. */
export interface TrainingMeasureFacts {
  step: number;
  epoch: number;
  train_loss: number;
  test_loss: number | null;
  train_accuracy: number | null;
  test_accuracy: number | null;
  penalty: number;
}

/** The settings of sketch. */
export interface SketchValues {
  source: "drawing"
    | "picture"
    | "smiley"
    | "bent_cross"
    | "block_arrow"
    | "curved_star"
    | "letter"
    | "house"
    | "two"
    | "scribble"
    | "photograph";
  variant: "two_blocks" | "no_pooling" | "one_block";
  off: [number, number, number][];
  layer: number | null;
  unit: [number, number, number, number] | null;
  erase: false | true;
  scale: "sign" | "signed" | "unit" | "stretched";
  ends: "layer" | "map";
  dark: boolean;
  levels: "unit" | "bytes";
}

/** What is said of a drawing in the network; all but the first two where there is something to see. */
export interface SketchFacts {
  variant: string;
  nothing: string;
  light?: boolean;
  steps?: SketchStep[];
  scores?: number[];
  answers?: Record<string, number[]>;
  familiar?: string;
  unit?: UnitFacts | null;
  lost?: string;
  mind?: MindFacts | null;
}

/** What is said of the maps of a layer. */
export interface SketchStep {
  low: number;
  high: number;
  limits: [number, number] | null;
  colours: string[];
  tile: [number, number];
  remark: string;
  painting: string;
  name: string;
  title: string;
  shape: number[];
}

/** How one number of a layer came about; rectangles are top, left, bottom and right. */
export interface UnitFacts {
  cell: [number, number, number, number];
  title: string;
  kind: string;
  value: number;
  said: string;
  bias: number;
  sentence: string;
  box: [number, number, number, number];
  rectangle: [number, number, number, number];
  on_picture: [number, number, number, number];
  parts: number[] | null;
  products: UnitProducts | null;
}

/** How the products of a unit of the dense layer are painted, map beside map. */
export interface UnitProducts {
  shape: number[];
  tile: [number, number];
  limits: [number, number];
}

/** How far erasing has come, and which patches change the network's mind. */
export interface MindFacts {
  done: number;
  total: number;
  sentence: string;
  frames: [number, number, number, number][];
  most?: string;
  whole?: [number, number, number, number];
}

/** What stands beside the answers: the classes, the variants, and the drawing that the pad had. */
export interface SketchLabels {
  classes: string[];
  heat: string[];
  variants: VariantLabels[];
  drawing: SentDrawing | null;
}

/** What a variant of the network is, with its layers; `accuracy` is that of its test. */
export interface VariantLabels {
  name: SketchValues["variant"];
  title: string;
  why: string;
  accuracy: number;
  pooling: boolean;
  layers: LayerLabels[];
}

/** What a layer is; `field` is how many rows and columns its units see, where they do not see all. */
export interface LayerLabels {
  name: string;
  title: string;
  kind: string;
  shape: number[];
  parameters: number;
  field: [number, number] | null;
}

/** The settings of sketch_unit. */
export interface SketchUnitValues {
  variant: "two_blocks" | "no_pooling" | "one_block";
  off: [number, number, number][];
  unit: [number, number, number, number] | null;
  dark: boolean;
}

/** How the chosen number came about, or why there is none. */
export interface SketchUnitFacts {
  unit: UnitFacts | null;
  lost: string;
}

/** The settings of sketch_mind. */
export interface SketchMindValues {
  variant: "two_blocks" | "no_pooling" | "one_block";
  off: [number, number, number][];
}

/** What would change the network's mind, where something is drawn. */
export interface SketchMindFacts {
  mind: MindFacts | null;
}

/** The settings of look. */
export interface LookValues {
  network: string;
  fit: "resize" | "crop";
  zoom: number;
  across: number;
  down: number;
  weights: "auto" | "random" | "unverified";
  depth: number | null;
  order: "index" | "mean" | "maximum" | "variance";
  ends: "channel" | "layer";
  channel: number | null;
  overlay: "none" | "grad_cam" | "hires_cam" | "layer_cam";
  overlay_opacity: number;
  overlay_cells: boolean;
  target: number | null;
  dark: boolean;
  off: [number, number, number][];
  temperature: number;
}

/** What is said of a layer of a network that sees a picture; `channel` where one is chosen. */
export interface LookFacts {
  network: string;
  size: number;
  depth: number;
  layer: LayerFacts;
  prediction: PredictionFacts;
  target: ClassFacts;
  switched: number;
  maps: ChannelMapsFacts;
  chosen: number | null;
  channel?: ChannelFacts;
  overlay?: HeatFacts | MissingHeat;
}

/** What is said of a layer; see `structure.Layer`. */
export interface LayerFacts {
  name: string;
  kind: string;
  shape: number[];
  parameters: number;
  multiply_adds: number;
  receptive: [number, number, number] | null;
}

/** The most probable classes, and how unsure the network is, in bits. */
export interface PredictionFacts {
  top: RankedClass[];
  entropy: number;
  temperature: number;
}

/** One of the most probable classes, with its probability before channels were scaled. */
export interface RankedClass {
  index: number;
  label: string;
  wnid: string;
  logit: number;
  probability: number;
  before: number;
}

/** What a network gives to a class. */
export interface ClassFacts {
  index: number;
  label: string;
  wnid: string;
  logit: number;
  probability: number;
}

/** What is said of all channels of a layer, `across` in a row in the `order` in which they are shown. */
export interface ChannelMapsFacts {
  shape: [number, number, number];
  across: number;
  low: number;
  high: number;
  limits: [number, number] | null;
  scale: string;
  remark: string;
  dead: number[];
  order: number[];
}

/** What is said of one channel; `ends` are those of its colours, `remark` what lies beyond. */
export interface ChannelFacts {
  low: number;
  high: number;
  mean: number;
  variance: number;
  ends: [number, number];
  remark: string;
}

/** What is said of the heat map of a layer, which reaches from 0 to `high`. */
export interface HeatFacts {
  method: string;
  title: string;
  shape: number[];
  high: number;
}

/** Why a layer has no heat map. */
export interface MissingHeat {
  method: string;
  title: string;
  missing: string;
}

/** What stands beside the answers: the layers, the stages, and what the colour scales are. */
export interface LookLabels {
  layers: LookLayer[];
  stages: LookStage[];
  colours: Record<string, string[]>;
}

/** A layer in the list of all of them; `side` is how many rows or columns its maps have. */
export interface LookLayer {
  name: string;
  kind: string;
  side: number;
  block: string;
}

/** A stage of the network, by its last layer; `sees` is the side of the receptive field, if not all. */
export interface LookStage {
  layer: number;
  blocks: string[];
  room: string;
  shape: number[];
  sees: number | null;
}

/** What belongs to each operation. */
export interface Operations {
  filter2d: { facts: FilterFacts; values: FilterValues };
  pool2d: { facts: PoolFacts; values: PoolValues };
  invariance: { facts: InvarianceFacts; values: InvarianceValues };
  arithmetic: { facts: ArithmeticFacts; values: ArithmeticValues };
  pipeline: { facts: PipelineFacts; values: PipelineValues };
  pipeline_training: { facts: LearningFacts; values: LearningValues };
  activations: { facts: ActivationsFacts; values: ActivationsValues };
  chain: { facts: ChainFacts; values: ChainValues };
  softmax: { facts: SoftmaxFacts; values: SoftmaxValues };
  activated: { facts: ActivatedFacts; values: ActivatedValues };
  vectors: { facts: VectorsFacts; values: VectorsValues; labels: VectorLabels };
  product: { facts: ProductFacts; values: ProductValues; labels: ProductLabels };
  patch: { facts: PatchFacts; values: PatchValues };
  losses: { facts: LossesFacts; values: LossesValues };
  samples: { facts: SamplesFacts; values: SamplesValues };
  fit: { facts: FitFacts; values: FitValues };
  trading: { facts: TradingFacts; values: TradingValues };
  profits: { facts: LossesFacts; values: LossesValues };
  profit_samples: { facts: SamplesFacts; values: SamplesValues };
  attention: { facts: AttentionFacts; values: AttentionValues };
  drawn_attention: { facts: DrawnFacts; values: DrawnValues; labels: DrawnLabels };
  network: { facts: NetworkFacts; values: NetworkValues };
  sketch: { facts: SketchFacts; values: SketchValues; labels: SketchLabels };
  sketch_unit: { facts: SketchUnitFacts; values: SketchUnitValues };
  sketch_mind: { facts: SketchMindFacts; values: SketchMindValues };
  look: { facts: LookFacts; values: LookValues; labels: LookLabels };
}

/** An editor of weights, and a menu of named kernels. */
export interface KernelDescription {
  name: string;
  title: string;
  help: string;
  menu?: string;
  owners?: string[];
  kind: "kernel";
  default: KernelValue;
  largest: number;
  presets: KernelPreset[];
}

/** A named kernel in a menu, with its arguments. */
export interface KernelPreset {
  name: string;
  title: string;
  group: string;
  why: string;
  turned: string;
  source: string;
  rows: number;
  columns: number;
  fixed: boolean;
  square: boolean;
  picture: boolean;
  arguments: NumberDescription[];
}

/** A slider from one number to another, one from stop to stop, or a field for a number. */
export interface NumberDescription {
  name: string;
  title: string;
  help: string;
  menu?: string;
  owners?: string[];
  stops?: number[];
  kind: "number" | "stops" | "field";
  default: number;
  low: number;
  high: number;
  step: number;
  unit: string;
}

/** A strip of options, or a menu of many. */
export interface ChoiceDescription {
  name: string;
  title: string;
  help: string;
  menu?: string;
  owners?: string[];
  kind: "choice" | "menu";
  default: OptionValue;
  options: OptionDescription[];
}

export type OptionValue = string | number | boolean | null;

/** An option of a choice: a value need not be a word. */
export interface OptionDescription {
  value: OptionValue;
  title: string;
  detail: string;
}

/** The two ends of a scale, or none while nothing holds them. */
export interface LimitsDescription {
  name: string;
  title: string;
  help: string;
  menu?: string;
  owners?: string[];
  kind: "limits";
  default: null;
}

/** Settings that are chosen together: their names. */
export interface GroupDescription {
  name: string;
  title: string;
  help: string;
  menu?: string;
  owners?: string[];
  kind: "group";
  default: null;
  names: string[];
}

/** A picker of rows and columns. */
export interface SizeDescription {
  name: string;
  title: string;
  help: string;
  menu?: string;
  owners?: string[];
  kind: "size";
  default: [number, number];
  largest: number;
}

/** A grid of whole numbers to write into, or to draw by chance. */
export interface GridDescription {
  name: string;
  title: string;
  help: string;
  menu?: string;
  owners?: string[];
  kind: "grid";
  default: null;
}

/** A list of blocks: what can be added, the presets, and the kernels by name. */
export interface BlocksDescription {
  name: string;
  title: string;
  help: string;
  kind: "blocks";
  default: BlockValue[];
  most: number;
  menu: BlockDescription[];
  presets: PresetDescription[];
  kernel: KernelDescription;
}

/** A kind of block in a menu, with the controls of its arguments. */
export interface BlockDescription {
  kind: string;
  title: string;
  why: string;
  arguments: Array<BankDescription
    | BiasDescription
    | ScalesDescription
    | NumberDescription
    | ChoiceDescription>;
}

/** An editor of the kernels of a convolution; `random` has the sliders of a bank drawn by chance. */
export interface BankDescription {
  name: string;
  title: string;
  help: string;
  menu?: string;
  owners?: string[];
  kind: "bank";
  default: BankValue;
  most: number;
  largest: number;
  weight: number;
  random: NumberDescription[];
}

/** One number for all maps, or one for each. */
export interface BiasDescription {
  name: string;
  title: string;
  help: string;
  menu?: string;
  owners?: string[];
  kind: "bias";
  default: number;
  low: number;
  high: number;
  step: number;
}

/** Maps that are switched off or scaled. */
export interface ScalesDescription {
  name: string;
  title: string;
  help: string;
  menu?: string;
  owners?: string[];
  kind: "scales";
  default: Record<string, number>;
  low: number;
  high: number;
  step: number;
}

/** A pipeline to begin with. */
export interface PresetDescription {
  name: string;
  title: string;
  why: string;
  blocks: BlockValue[];
}

/** A cell of a step, or none. */
export interface CellDescription {
  name: string;
  title: string;
  help: string;
  menu?: string;
  owners?: string[];
  kind: "cell";
  default: null;
}

/** A place in a list, or none. */
export interface PlaceDescription {
  name: string;
  title: string;
  help: string;
  menu?: string;
  owners?: string[];
  kind: "place";
  default: number | null;
}

/** Some places of a list. */
export interface PlacesDescription {
  name: string;
  title: string;
  help: string;
  menu?: string;
  owners?: string[];
  kind: "places";
  default: number[];
  count: number;
}

/** Places among the weights: lists of so many whole numbers. */
export interface WeightPlacesDescription {
  name: string;
  title: string;
  help: string;
  menu?: string;
  owners?: string[];
  kind: "weight_places";
  default: number[][];
}

/** The pictures that a pipeline learns from. */
export interface TrainingSetDescription {
  name: string;
  title: string;
  help: string;
  menu?: string;
  owners?: string[];
  kind: "training_set";
  default: null;
}

/** Where a training of a pipeline stands. */
export interface LearningStateDescription {
  name: string;
  title: string;
  help: string;
  menu?: string;
  owners?: string[];
  kind: "learning_state";
  default: null;
}

/** A list of functions that can be overlaid. */
export interface CurvesDescription {
  name: string;
  title: string;
  help: string;
  menu?: string;
  owners?: string[];
  kind: "curves";
  default: CurvesValue;
  functions: FunctionDescription[];
}

/** A function in a list, with the sliders of its parameters, and whether a first lesson needs it. */
export interface FunctionDescription {
  name: string;
  title: string;
  why: string;
  basic: boolean;
  parameters: NumberDescription[];
}

/** A slider for each of a few numbers. */
export interface VectorDescription {
  name: string;
  title: string;
  help: string;
  menu?: string;
  owners?: string[];
  kind: "vector";
  default: number[];
  low: number;
  high: number;
  step: number;
  fewest: number;
  most: number;
}

/** Numbers in rows of one length. */
export interface MatrixDescription {
  name: string;
  title: string;
  help: string;
  menu?: string;
  owners?: string[];
  kind: "matrix";
  default: number[][];
}

/** A choice of a task, and a list of losses for each. */
export interface LossesDescription {
  name: string;
  title: string;
  help: string;
  menu?: string;
  owners?: string[];
  kind: "losses";
  default: LossesValue;
  tasks: TaskDescription[];
}

/** A task with its losses; `target`, `prediction` and `wild` are the settings that belong to it. */
export interface TaskDescription {
  name: string;
  title: string;
  said: string;
  same: boolean;
  target: string;
  prediction: string;
  wild: string;
  curves: CurvesDescription;
}

/** A plot of points that can be moved. */
export interface PointsDescription {
  name: string;
  title: string;
  help: string;
  menu?: string;
  owners?: string[];
  kind: "points";
  default: [number, number][];
  low: number;
  high: number;
  most: number;
  sets: PointSetDescription[];
}

/** Points to begin with, and the degree of the curve that goes with them. */
export interface PointSetDescription {
  name: string;
  title: string;
  why: string;
  degree: number;
  points: [number, number][];
}

/** A market of one's own, which comes as a file. */
export interface ReturnsDescription {
  name: string;
  title: string;
  help: string;
  menu?: string;
  owners?: string[];
  kind: "returns";
  default: null;
}

/** A grid of numbers to write into, or an example's; each from low to high. */
export interface OwnNumbersDescription {
  name: string;
  title: string;
  help: string;
  menu?: string;
  owners?: string[];
  kind: "own_numbers";
  default: null;
  low: number;
  high: number;
  step: number;
}

/** A choice whose options are a pad, a picture, and drawings. */
export interface SourceDescription {
  name: string;
  title: string;
  help: string;
  menu?: string;
  owners?: string[];
  kind: "source";
  default: OptionValue;
  options: OptionDescription[];
  examples: ExampleDrawing[];
}

/** A drawing that can be looked at; the `picture` is a data URI. */
export interface ExampleDrawing {
  name: string;
  title: string;
  why: string;
  picture: string;
}

/** The graph of a network: how many hidden layers, units and classes it can have, and the activations. */
export interface LayersDescription {
  name: string;
  title: string;
  help: string;
  menu?: string;
  owners?: string[];
  kind: "layers";
  default: LayerValue[];
  hidden: number;
  units: number;
  classes: number;
  activations: ActivationOption[];
  softmax: ActivationOption;
  dropout: NumberDescription;
}

/** An activation in a menu, with the sliders of its parameters. */
export interface ActivationOption {
  value: string;
  title: string;
  parameters: NumberDescription[];
}

/** Inputs made by hand to choose some of. */
export interface FeaturesDescription {
  name: string;
  title: string;
  help: string;
  menu?: string;
  owners?: string[];
  kind: "features";
  default: string[];
  options: FeatureOption[];
}

/** An input made by hand on a chip: what it makes easy is its detail. */
export interface FeatureOption {
  value: string;
  title: string;
  detail: string;
}

/** Weights that are set by hand. */
export interface WeightsDescription {
  name: string;
  title: string;
  help: string;
  menu?: string;
  owners?: string[];
  kind: "weights";
  default: string;
}

/** Points of one's own with a target each. */
export interface OwnPointsDescription {
  name: string;
  title: string;
  help: string;
  menu?: string;
  owners?: string[];
  kind: "own";
  default: [number, number, number][];
  most: number;
}

/** Names of classes. */
export interface NamesDescription {
  name: string;
  title: string;
  help: string;
  menu?: string;
  owners?: string[];
  kind: "names";
  default: string[];
}

/** Where a training stands. */
export interface TrainingStateDescription {
  name: string;
  title: string;
  help: string;
  menu?: string;
  owners?: string[];
  kind: "training_state";
  default: null;
}

/** Channels that are switched off or scaled. */
export interface SwitchesDescription {
  name: string;
  title: string;
  help: string;
  menu?: string;
  owners?: string[];
  kind: "switches";
  default: [number, number, number][];
  most: number;
  high: number;
}

export type Setting = KernelDescription
    | NumberDescription
    | ChoiceDescription
    | LimitsDescription
    | GroupDescription
    | SizeDescription
    | GridDescription
    | BlocksDescription
    | CellDescription
    | PlaceDescription
    | PlacesDescription
    | WeightPlacesDescription
    | TrainingSetDescription
    | LearningStateDescription
    | CurvesDescription
    | VectorDescription
    | MatrixDescription
    | LossesDescription
    | PointsDescription
    | ReturnsDescription
    | OwnNumbersDescription
    | SourceDescription
    | LayersDescription
    | FeaturesDescription
    | WeightsDescription
    | OwnPointsDescription
    | NamesDescription
    | TrainingStateDescription
    | SwitchesDescription;
