package io.tlbscope.core.plugin;

/** An option of a plugin: key, default as text (empty for none), one line of help. */
public record PluginOption(String key, String defaultValue, String help) {}
