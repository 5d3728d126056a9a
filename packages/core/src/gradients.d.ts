declare module '#tfjs-gradients' {}
