"""The peers of gateway-miss: grpc-gateway in Go from Debian's packages, fastify with grpc-js from npm.

Both speak the same messages as ours: their protos are made from proto/ without the options, which old generators do not know.
"""
import os
import re
import subprocess

import harness as h

FOLDER = os.path.join(h.DATA, "gateway-peers")
PROTOS = os.path.join(FOLDER, "proto")
SERVICE_FILE = "schutznetz/directory/v1/peer_service.proto"
METHODS = {"GetService": "/v1/{name=services/*}", "ListServices": "/v1/services"}

GO_MAIN = """package main

import (
	"context"
	"log"
	"net/http"
	"os"

	"bench/directorypb"
	"github.com/grpc-ecosystem/grpc-gateway/runtime"
	"google.golang.org/grpc"
)

func main() {
	mux := runtime.NewServeMux(runtime.WithMarshalerOption(runtime.MIMEWildcard, &runtime.JSONPb{OrigName: false}))
	options := []grpc.DialOption{grpc.WithInsecure()}
	err := directorypb.RegisterDirectoryServiceHandlerFromEndpoint(context.Background(), mux, os.Args[2], options)
	if err != nil {
		log.Fatal(err)
	}
	log.Fatal(http.ListenAndServe(os.Args[1], mux))
}
"""

NODE_MAIN = """import { createRequire } from 'node:module';
const require = createRequire(process.cwd() + '/');
const grpc = require('@grpc/grpc-js'), loader = require('@grpc/proto-loader'), fastify = require('fastify')({ logger: false });
const [port, backend, folder, file] = process.argv.slice(2);
const definition = loader.loadSync(file, { includeDirs: [folder, '/usr/include'], longs: String, enums: String, keepCase: false });
const api = grpc.loadPackageDefinition(definition).schutznetz.directory.v1;
const client = new api.DirectoryService(backend, grpc.credentials.createInsecure());
const call = (method, request) => new Promise((yes, no) => client[method](request, (e, reply) => (e ? no(e) : yes(reply))));
const time = t => t && new Date(Number(t.seconds) * 1000 + (t.nanos || 0) / 1e6).toISOString();
const fix = s => { s.createTime = time(s.createTime); s.updateTime = time(s.updateTime); return s; };
fastify.get('/v1/services/:id', async q => fix(await call('getService', { name: 'services/' + q.params.id })));
fastify.get('/v1/services', async () => { const l = await call('listServices', {}); l.services.forEach(fix); return l; });
await fastify.listen({ port: Number(port), host: '127.0.0.1' });
"""


def write(path, text):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)


def read_proto(name):
    with open(os.path.join(h.ROOT, "proto", name), encoding="utf-8") as file:
        return re.sub(r"//[^\n]*", "", file.read())


def without_options(text):
    """The same messages for generators that know neither our options nor proto3 `optional`."""
    text = re.sub(r"extend google\.protobuf\.\w+ \{.*?\n\}", "", text, flags=re.S)
    text = re.sub(r'import "(google/protobuf/descriptor|google/api/annotations)\.proto";', "", text)
    text = re.sub(r"\boptional ", "", text)
    return re.sub(r"\s\[\(.*?\](?=;)", "", text, flags=re.S)


def closure(names):
    """These files and all of ours that they import."""
    found = []
    while names:
        name = names.pop()
        if name in found:
            continue
        found.append(name)
        names += re.findall(r'import "(schutznetz/[^"]+)";', read_proto(name))
    return found


def with_go_package(name, text):
    package = "commonpb" if "/common/" in name else "directorypb"
    return text.replace('syntax = "proto3";', f'syntax = "proto3";\noption go_package = "bench/{package}";', 1)


def write_protos():
    files = closure(["schutznetz/directory/v1/service.proto"])
    for name in files:
        write(os.path.join(PROTOS, name), with_go_package(name, without_options(read_proto(name))))
    rpcs = "".join(f"  rpc {m}({m}Request) returns ({'Service' if m == 'GetService' else m + 'Response'});\n" for m in METHODS)
    service = 'syntax = "proto3";\npackage schutznetz.directory.v1;\nimport "schutznetz/directory/v1/service.proto";\n'
    write(os.path.join(PROTOS, SERVICE_FILE), with_go_package(SERVICE_FILE, service + "service DirectoryService {\n" + rpcs + "}\n"))
    rules = "".join(f"  - selector: schutznetz.directory.v1.DirectoryService.{m}\n    get: {path}\n" for m, path in METHODS.items())
    write(os.path.join(FOLDER, "http.yaml"), "type: google.api.Service\nconfig_version: 3\nhttp:\n  rules:\n" + rules)
    return [*files, SERVICE_FILE]


def build_go():
    """The path of the Go gateway, or None with the reason."""
    if not h.apt("golang-go", "golang-github-grpc-ecosystem-grpc-gateway-dev", "golang-google-grpc-dev", "golang-goprotobuf-dev"):
        return None, "Debian's Go packages could not be installed"
    files = write_protos()
    go = os.path.join(FOLDER, "go")
    environment = {**os.environ, "GO111MODULE": "off", "GOCACHE": os.path.join(FOLDER, "cache"), "GOPATH": f"{go}:/usr/share/gocode",
                   "GOFLAGS": "", "PATH": f"{FOLDER}/bin:{os.environ['PATH']}"}
    packages = "Mgoogle/protobuf/timestamp.proto=github.com/golang/protobuf/ptypes/timestamp"
    packages += ",Mgoogle/protobuf/field_mask.proto=google.golang.org/genproto/protobuf/field_mask"
    write(os.path.join(go, "src", "bench", "gateway", "main.go"), GO_MAIN)

    def run(*arguments):
        subprocess.run(arguments, env=environment, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, cwd=FOLDER)
    try:
        run("go", "build", "-o", "bin/protoc-gen-grpc-gateway", "github.com/grpc-ecosystem/grpc-gateway/protoc-gen-grpc-gateway")
        for folder in ("common", "directory"):
            run("protoc", f"-I{PROTOS}", f"--go_out=plugins=grpc,{packages}:{go}/src", *[f for f in files if f"/{folder}/" in f])
        run("protoc", f"-I{PROTOS}", f"--grpc-gateway_out=grpc_api_configuration={FOLDER}/http.yaml,{packages}:{go}/src", SERVICE_FILE)
        run("go", "build", "-o", "bin/gateway", "bench/gateway")
    except subprocess.CalledProcessError as failure:
        return None, f"{os.path.basename(failure.cmd[0])} failed: {failure.stderr.strip()[-300:]}"
    return os.path.join(FOLDER, "bin", "gateway"), None


def build_node():
    """The command of the fastify gateway without its arguments, or None with the reason."""
    if not h.apt("nodejs"):
        return None, "nodejs could not be installed"
    write_protos()
    write(os.path.join(FOLDER, "node", "gateway.mjs"), NODE_MAIN)
    folder = os.path.join(FOLDER, "node")
    if not os.path.exists(os.path.join(folder, "node_modules", "fastify")):
        done = subprocess.run(["npm", "install", "--no-audit", "--no-fund", "--prefix", folder, "fastify", "@grpc/grpc-js", "@grpc/proto-loader"],
                              capture_output=True, text=True, check=False)
        if done.returncode != 0:
            return None, "npm could not install fastify and grpc-js"
    return ["env", "-C", folder, "node", "gateway.mjs"], None
