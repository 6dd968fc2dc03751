// The ways in which people come to the hall. A journey goes the same on each of them.

const CHINA = { locale: 'zh-CN', timezoneId: 'Asia/Shanghai' };

export const desktop = { name: 'desktop', pictures: true, context: { ...CHINA, viewport: { width: 1280, height: 800 } } };

export const phone = {
  name: 'phone',
  pictures: true,
  context: { ...CHINA, viewport: { width: 390, height: 844 }, deviceScaleFactor: 2, isMobile: true, hasTouch: true },
};

/** The narrowest screen that is promised. */
export const narrow = {
  name: 'narrow',
  context: { ...CHINA, viewport: { width: 320, height: 640 }, isMobile: true, hasTouch: true },
};

/** Pages work without JavaScript; scripts only improve them. */
export const withoutScript = { name: 'without script', context: { ...desktop.context, javaScriptEnabled: false } };

export const everyWay = [desktop, phone, narrow, withoutScript];
